import type { Random } from '../../base/random.ts'
import { NAMESPACES } from './core-resources.ts'
import { makeUid } from './metadata.ts'
import type { Resource, Resources } from './resource.ts'
import { forbidden, notFound } from './status-error.ts'
import type { Store } from './store.ts'
import { timestamp, type StoredObject } from './stored-object.ts'

/** A real cluster takes seconds; here a namespace without finalizers in it is gone after this. */
const TERMINATION_MS = 20

/** Throws a 404 when the namespace does not exist, and a 403 when it is on its way out. */
export function checkNamespace(store: Store, resource: Resource, namespace: string, name: string): void {
  const found = store.get(NAMESPACES, undefined, namespace)
  if (found === undefined) throw notFound(NAMESPACES, namespace)
  if (found.metadata.deletionTimestamp === undefined) return
  throw forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  )
}

/** Puts the namespace there when it is not; used for those that every cluster has. */
export function ensureNamespace(store: Store, random: Random, name: string): void {
  if (store.get(NAMESPACES, undefined, name) !== undefined) return
  store.put(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: makeUid(random),
      creationTimestamp: timestamp(store.clock.wall()),
      labels: { 'kubernetes.io/metadata.name': name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
}

/** Empties namespaces that are being deleted, and removes them once nothing is left in them. */
export class NamespaceTermination {
  readonly #store: Store
  readonly #contents: readonly Resource[]
  readonly #pending = new Map<string, () => void>()
  readonly #unsubscribe: () => void
  readonly #deleteObject: (resource: Resource, object: StoredObject) => void

  constructor(
    store: Store,
    resources: Resources,
    deleteObject: (resource: Resource, object: StoredObject) => void,
  ) {
    this.#store = store
    this.#contents = resources.all.filter(({ namespaced }) => namespaced)
    this.#deleteObject = deleteObject
    this.#unsubscribe = store.subscribe(({ type, resource, object }) => {
      if (type === 'DELETED' && object.metadata.namespace !== undefined) this.#look(object.metadata.namespace)
      if (type === 'MODIFIED' && resource === NAMESPACES) this.#look(object.metadata.name)
    })
  }

  /** Marks the namespace as terminating; what follows takes its time. */
  start(namespace: StoredObject): StoredObject {
    if (namespace.metadata.deletionTimestamp !== undefined) return namespace
    const name = namespace.metadata.name
    this.#later(name, () => {
      for (const resource of this.#contents) {
        for (const object of this.#store.list(resource, name, () => true))
          this.#deleteObject(resource, object)
      }
      this.#look(name)
    })
    return this.#store.put(NAMESPACES, {
      ...namespace,
      metadata: { ...namespace.metadata, deletionTimestamp: timestamp(this.#store.clock.wall()) },
      status: { phase: 'Terminating' },
    })
  }

  stop(): void {
    this.#unsubscribe()
    for (const cancel of this.#pending.values()) cancel()
    this.#pending.clear()
  }

  #later(name: string, then: () => void): void {
    this.#pending.set(
      name,
      this.#store.clock.after(TERMINATION_MS, () => {
        this.#pending.delete(name)
        then()
      }),
    )
  }

  #look(name: string): void {
    const namespace = this.#store.get(NAMESPACES, undefined, name)
    if (namespace?.metadata.deletionTimestamp === undefined || this.#pending.has(name)) return
    const left = this.#contents.some((resource) => this.#store.list(resource, name, () => true).length > 0)
    if (left) return
    if ((namespace.metadata.finalizers ?? []).length > 0) return
    this.#store.remove(NAMESPACES, namespace)
  }
}
