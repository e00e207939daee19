import { isDeepStrictEqual } from 'node:util'

import type { Random } from '../../base/random.ts'
import { NAMESPACES } from './core-resources.ts'
import { shape, type FieldValidation, type Incoming, type Shaped } from './incoming.ts'
import { labelCauses, makeUid, nameCauses } from './metadata.ts'
import { checkNamespace, NamespaceTermination } from './namespaces.ts'
import { deleteOwned } from './owners.ts'
import type { Resource, Resources } from './resource.ts'
import { alreadyExists, badRequest, conflict, invalid, notFound, StatusError } from './status-error.ts'
import type { Store, Unversioned } from './store.ts'
import { timestamp, without, type StoredMeta, type StoredObject } from './stored-object.ts'
import { changed, checkIdentity, finalizerCauses, initial, preconditionText, refuse } from './write-rules.ts'

/** Which object a request is about. */
export interface Target {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string
}

export interface WriteOptions {
  readonly fieldValidation?: FieldValidation
  /** Goes through every check and stores nothing. */
  readonly dryRun?: boolean
  /** The write came to the status subresource. */
  readonly status?: boolean
}

export interface Written {
  readonly object: StoredObject
  readonly warnings: readonly string[]
}

export interface Deletion {
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  /** Leaves what the object owns in place. */
  readonly orphan?: boolean
  readonly dryRun?: boolean
}

export interface Deleted {
  readonly object: StoredObject
  /** False while finalizers, or the contents of a namespace, hold it. */
  readonly gone: boolean
}

/** What may be done with objects, by the rules of Kubernetes, for HTTP and in-process callers alike. */
export class Objects {
  readonly store: Store
  readonly #random: Random
  readonly #resources: Resources
  readonly #termination: NamespaceTermination

  constructor(store: Store, resources: Resources, random: Random) {
    this.store = store
    this.#random = random
    this.#resources = resources
    this.#termination = new NamespaceTermination(store, resources, (resource, object) => {
      this.#deleteStored(resource, object, false)
    })
  }

  get({ resource, namespace, name }: Target): StoredObject {
    const found = this.store.get(resource, namespace, name)
    if (found === undefined) throw notFound(resource, name)
    return found
  }

  create(
    resource: Resource,
    namespace: string | undefined,
    body: unknown,
    options: WriteOptions = {},
  ): Written {
    const { object, warnings } = shape(body, resource, options.fieldValidation)
    const metadata = this.#newMetadata(resource, namespace, object)
    const { name } = metadata
    if (namespace !== undefined) checkNamespace(this.store, resource, namespace, name)
    const made = initial(resource, object, metadata)
    refuse(resource, name, [
      ...nameCauses(resource, name),
      ...labelCauses(metadata.labels),
      ...(resource.schema?.validate(made, undefined) ?? []),
    ])
    if (this.store.get(resource, namespace, name) !== undefined) throw alreadyExists(resource, name)
    return { object: this.#put(resource, made, options), warnings }
  }

  /** PUT: `body` takes the place of the whole object, or of its status. */
  replace(target: Target, body: unknown, options: WriteOptions = {}): Written {
    return this.#change(target, options, () => shape(body, target.resource, options.fieldValidation))
  }

  /** PATCH: `patched` makes the new object of the current one. */
  patch(target: Target, patched: (current: StoredObject) => unknown, options: WriteOptions = {}): Written {
    return this.#change(target, options, (current) => {
      const shaped = shape(patched(current), target.resource, options.fieldValidation)
      const { resourceVersion } = current.metadata
      const metadata = { resourceVersion, ...shaped.object.metadata }
      return { ...shaped, object: { ...shaped.object, metadata } }
    })
  }

  delete(target: Target, deletion: Deletion = {}): Deleted {
    const { resource, name } = target
    const object = this.get(target)
    const { uid, resourceVersion } = object.metadata
    if (deletion.uid !== undefined && deletion.uid !== uid) {
      throw conflict(resource, name, preconditionText('UID', deletion.uid, uid))
    }
    const version = deletion.resourceVersion
    if (version !== undefined && version !== resourceVersion) {
      throw conflict(resource, name, preconditionText('ResourceVersion', version, resourceVersion))
    }
    if (deletion.dryRun === true) return { object, gone: !isHeld(resource, object) }
    return this.#deleteStored(resource, object, deletion.orphan ?? false)
  }

  close(): void {
    this.#termination.stop()
  }

  #change(target: Target, options: WriteOptions, next: (current: StoredObject) => Shaped): Written {
    const { resource, name } = target
    const current = this.get(target)
    const { object: sent, warnings } = next(current)
    checkIdentity(resource, current, sent)
    const object = changed(resource, current, sent, options.status ?? false)
    refuse(resource, name, [
      ...labelCauses(object.metadata.labels),
      ...finalizerCauses(current, object),
      ...(resource.schema?.validate(object, current) ?? []),
    ])
    if (isDeepStrictEqual(current, object)) return { object: current, warnings }
    const stored = this.#put(resource, object, options)
    const leaves = stored.metadata.deletionTimestamp !== undefined && !isHeld(resource, stored)
    if (leaves && options.dryRun !== true) this.#deleteStored(resource, stored, false)
    return { object: stored, warnings }
  }

  #deleteStored(resource: Resource, object: StoredObject, orphan: boolean): Deleted {
    if (resource === NAMESPACES) return { object: this.#termination.start(object), gone: false }
    if (isHeld(resource, object)) return { object: this.#markDeleted(resource, object), gone: false }
    const removed = this.store.remove(resource, object)
    if (!orphan) {
      deleteOwned(this.store, this.#resources, object.metadata.uid, (owned, dependent) => {
        this.#deleteStored(owned, dependent, false)
      })
    }
    return { object: removed, gone: true }
  }

  #markDeleted(resource: Resource, object: StoredObject): StoredObject {
    const { metadata } = object
    if (metadata.deletionTimestamp !== undefined) return object
    return this.store.put(resource, {
      ...object,
      metadata: {
        ...metadata,
        ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
        deletionTimestamp: timestamp(this.store.clock.wall()),
        deletionGracePeriodSeconds: 0,
      },
    })
  }

  #put(resource: Resource, object: Unversioned, { dryRun }: WriteOptions): StoredObject {
    if (dryRun !== true) return this.store.put(resource, object)
    const metadata = { ...object.metadata, resourceVersion: String(this.store.revision) }
    return { ...object, metadata } as StoredObject
  }

  #newMetadata(resource: Resource, namespace: string | undefined, object: Incoming): Unversioned['metadata'] {
    const sent = object.metadata as Partial<StoredMeta>
    if ((sent.resourceVersion ?? '') !== '') {
      // The real server takes this for an error of its own.
      throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created')
    }
    if ((sent.namespace ?? '') !== '' && sent.namespace !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      )
    }
    return {
      ...without(sent, ...SERVER_FIELDS),
      name: this.#nameFor(resource, sent),
      ...(namespace === undefined ? {} : { namespace }),
      uid: makeUid(this.#random),
      creationTimestamp: timestamp(this.store.clock.wall()),
      ...(resource.schema === undefined ? {} : { generation: 1 }),
    }
  }

  #nameFor(resource: Resource, { name = '', generateName = '' }: Partial<StoredMeta>): string {
    if (name !== '') return name
    if (generateName !== '') return generateName + this.#random.word(5)
    const message = 'Required value: name or generateName is required'
    throw invalid(resource, '', [{ reason: 'FieldValueRequired', message, field: 'metadata.name' }])
  }
}

/** What a client cannot choose. */
const SERVER_FIELDS = [
  'namespace',
  'resourceVersion',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]

/** A namespace goes by its own way; anything else once its finalizers are gone. */
function isHeld(resource: Resource, { metadata }: StoredObject): boolean {
  return resource === NAMESPACES || (metadata.finalizers ?? []).length > 0
}
