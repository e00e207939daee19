import { isDeepStrictEqual } from 'node:util'

import { isObject } from '../../base/json.ts'
import type { Incoming } from './incoming.ts'
import { keyOf, type Resource } from './resource.ts'
import { badRequest, conflict, invalid, MODIFIED_MEANWHILE, type Cause } from './status-error.ts'
import type { Unversioned } from './store.ts'
import { without, type StoredMeta, type StoredObject } from './stored-object.ts'

/** A new object as it is stored: with the status its kind starts with, whatever the client sent. */
export function initial(
  resource: Resource,
  object: Incoming,
  metadata: Unversioned['metadata'],
): Unversioned {
  const settled = { ...withPlainSecrets(object), metadata }
  switch (keyOf(resource)) {
    case '/namespaces':
      return {
        ...settled,
        metadata: {
          ...metadata,
          labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name },
        },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      }
    case '/pods':
      return { ...settled, status: { phase: 'Pending' } }
    default:
      return resource.hasStatus ? without(settled, 'status') : settled
  }
}

/** What a write makes of `current`: of `/status` only the status counts, elsewhere all but the status. */
export function changed(
  resource: Resource,
  current: StoredObject,
  sent: Incoming,
  statusOnly: boolean,
): StoredObject {
  if (statusOnly) {
    const { status } = sent
    return status === undefined ? without(current, 'status') : { ...current, status }
  }
  const incoming = resource.hasStatus ? without(sent, 'status') : sent
  const kept = resource.hasStatus && 'status' in current ? { status: current['status'] } : {}
  const next = { ...withPlainSecrets(incoming), ...kept, metadata: changedMetadata(current, sent) }
  const { generation } = current.metadata
  if (generation === undefined || sameSpec(current, next)) return next
  return { ...next, metadata: { ...next.metadata, generation: generation + 1 } }
}

const CLIENT_FIELDS = ['labels', 'annotations', 'finalizers', 'ownerReferences']

function changedMetadata({ metadata }: StoredObject, sent: Incoming): StoredMeta {
  const theirs = Object.entries(sent.metadata).filter(([key]) => CLIENT_FIELDS.includes(key))
  const managed = sent.metadata['managedFields']
  return {
    ...without(metadata, ...CLIENT_FIELDS),
    ...Object.fromEntries(theirs),
    ...(managed === undefined ? {} : { managedFields: managed as StoredMeta['managedFields'] & object }),
  }
}

function sameSpec(one: StoredObject, other: StoredObject): boolean {
  return isDeepStrictEqual(without(one, 'metadata', 'status'), without(other, 'metadata', 'status'))
}

/** Throws when what was sent is about another object, or about an older state of this one. */
export function checkIdentity(resource: Resource, current: StoredObject, sent: Incoming): void {
  const { name, uid, resourceVersion } = current.metadata
  const claimed = sent.metadata as Partial<StoredMeta>
  if (claimed.name !== undefined && claimed.name !== name) {
    throw badRequest(`the name of the object (${claimed.name}) does not match the name on the URL (${name})`)
  }
  if (claimed.namespace !== undefined && claimed.namespace !== (current.metadata.namespace ?? '')) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  if (claimed.uid !== undefined && claimed.uid !== uid) {
    throw conflict(resource, name, preconditionText('UID', claimed.uid, uid))
  }
  const version = claimed.resourceVersion ?? ''
  if (version === '' && resource.schema !== undefined) {
    const message = 'Invalid value: 0x0: must be specified for an update'
    throw invalid(resource, name, [
      { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' },
    ])
  }
  if (version !== '' && version !== resourceVersion) throw conflict(resource, name, MODIFIED_MEANWHILE)
}

export function preconditionText(what: string, wanted: string, actual: string): string {
  return `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${actual}`
}

/** An object on its way out takes no new finalizers. */
export function finalizerCauses(before: StoredObject, after: StoredObject): readonly Cause[] {
  if (before.metadata.deletionTimestamp === undefined) return []
  const added = (after.metadata.finalizers ?? []).filter(
    (finalizer) => !(before.metadata.finalizers ?? []).includes(finalizer),
  )
  if (added.length === 0) return []
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`
  return [{ reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' }]
}

/** Throws a 422 that names every cause, if there is one. */
export function refuse(resource: Resource, name: string, causes: readonly Cause[]): void {
  if (causes.length > 0) throw invalid(resource, name, causes)
}

/** `stringData` of a Secret is a way to write `data`, and is never read back. */
function withPlainSecrets<T extends Incoming>(object: T): T {
  const { kind, stringData } = object
  if (kind !== 'Secret' || !isObject(stringData)) return object
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ])
  const data = isObject(object['data']) ? object['data'] : {}
  return { ...without(object, 'stringData'), data: { ...data, ...Object.fromEntries(encoded) } }
}
