import { isDeepStrictEqual } from 'node:util'

import { isObject, valueAt } from '../../../base/json.ts'
import type { Objects, Target, WriteOptions, Written } from '../objects.ts'
import { apiVersionOf } from '../resource.ts'
import { badRequest, StatusError, unsupportedMediaType, type Cause } from '../status-error.ts'
import { timestamp, without, type ManagedFields, type StoredObject } from '../stored-object.ts'
import { fieldsOf, hasField, pathsIn, removeField, withoutField, type FieldPath } from './field-set.ts'
import { mergePatch } from './merge-patch.ts'

export interface ApplyOptions extends WriteOptions {
  /** Who applies, as `fieldManager` says. */
  readonly manager: string
  /** Takes fields over that another manager applied. */
  readonly force: boolean
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Server-side apply of a JSON body: makes the object, or merges what was applied into it and takes away what the same
 * manager applied before and leaves out now. Lists are replaced as a whole. Throws a 409 where another manager applied
 * another value. Only what was applied is managed; ordinary writes leave no trace.
 */
export function applyPatch(
  objects: Objects,
  target: Target,
  bytes: Buffer,
  { manager, force, ...options }: ApplyOptions,
): { readonly written: Written; readonly created: boolean } {
  const { resource, namespace, name } = target
  if (manager === '') throw badRequest('fieldManager is required for apply patch')
  const applied = readApplied(bytes, name)
  const entry: ManagedFields = {
    manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(resource),
    time: timestamp(objects.store.clock.wall()),
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(contentOf(applied)),
  }
  if (objects.store.get(resource, namespace, name) === undefined) {
    const managed = withManagedFields(applied, [entry])
    return { created: true, written: objects.create(resource, namespace, managed, options) }
  }
  const apply = (current: StoredObject): unknown => mergeApplied(current, applied, entry, force)
  return { created: false, written: objects.patch(target, apply, options) }
}

function mergeApplied(current: StoredObject, applied: Fields, entry: ManagedFields, force: boolean): unknown {
  const all = current.metadata.managedFields ?? []
  const mine = all.find(({ manager }) => manager === entry.manager)
  const others = all.filter((other) => other !== mine)
  const conflicts = conflictsOf(current, applied, others)
  if (conflicts.length > 0 && !force) throw conflictError(conflicts)
  const left = pathsIn(mine?.fieldsV1 ?? {}).filter(
    (path) => ![entry, ...others].some(({ fieldsV1 }) => hasField(fieldsV1, path)),
  )
  const kept = left.reduce<unknown>(removeField, current)
  const same = mine !== undefined && isDeepStrictEqual(mine.fieldsV1, entry.fieldsV1)
  return withManagedFields(mergePatch(kept, applied) as Fields, [
    ...others.map((other) => giveUp(other, conflicts)),
    same ? mine : entry,
  ])
}

interface FieldConflict {
  readonly manager: string
  readonly path: FieldPath
}

function conflictsOf(
  current: StoredObject,
  applied: Fields,
  others: readonly ManagedFields[],
): readonly FieldConflict[] {
  return pathsIn(fieldsOf(contentOf(applied)))
    .filter((path) => !isDeepStrictEqual(valueAt(current, path), valueAt(applied, path)))
    .flatMap((path) =>
      others.filter(({ fieldsV1 }) => hasField(fieldsV1, path)).map(({ manager }) => ({ manager, path })),
    )
}

function conflictError(conflicts: readonly FieldConflict[]): StatusError {
  const causes = conflicts.map(({ manager, path }): Cause => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${JSON.stringify(manager)}`,
    field: `.${path.join('.')}`,
  }))
  const list = causes.map(({ message, field }) => `${message}: ${field ?? ''}`).join('; ')
  const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${list}`, { causes })
}

function giveUp(entry: ManagedFields, conflicts: readonly FieldConflict[]): ManagedFields {
  const lost = conflicts.filter(({ manager }) => manager === entry.manager)
  return { ...entry, fieldsV1: lost.reduce((set, { path }) => withoutField(set, path), entry.fieldsV1) }
}

function withManagedFields(object: Fields, managedFields: readonly ManagedFields[]): Fields {
  return { ...object, metadata: { ...(object['metadata'] as Fields), managedFields } }
}

/** What can be managed: all but the fields that say which object it is. */
function contentOf(applied: Fields): Fields {
  const { metadata, ...content } = without(applied, 'apiVersion', 'kind')
  const own = without(
    isObject(metadata) ? metadata : {},
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'managedFields',
  )
  return Object.keys(own).length === 0 ? content : { ...content, metadata: own }
}

function readApplied(bytes: Buffer, name: string): Fields {
  const applied = parse(bytes)
  if (!isObject(applied)) throw badRequest('the body is not an object')
  const { metadata } = applied
  return { ...applied, metadata: { ...(isObject(metadata) ? metadata : {}), name } }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw unsupportedMediaType(
      'this API server takes application/apply-patch+yaml with a body in JSON only, as kubectl sends it',
    )
  }
}
