import { isDeepStrictEqual } from 'node:util'

import { isObject } from '../../../base/json.ts'
import { badRequest, StatusError } from '../status-error.ts'

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/** RFC 6902. Throws a 400 for what is not a patch, and a 422 for one that does not fit the object. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isOperation)) {
    throw badRequest('a JSON patch is a list of operations, each with op and path')
  }
  return patch.reduce<unknown>((value, operation) => apply(value, operation), target)
}

function apply(target: unknown, { op, path, from, value }: Operation): unknown {
  const at = keysOf(path)
  switch (op) {
    case 'add':
      return add(target, at, needed(value, op))
    case 'remove':
      return remove(target, at)
    case 'replace':
      return add(at.length === 0 ? undefined : remove(target, at), at, needed(value, op))
    case 'move': {
      const source = keysOf(from ?? '')
      return add(remove(target, source), at, read(target, source))
    }
    case 'copy':
      return add(target, at, structuredClone(read(target, keysOf(from ?? ''))))
    case 'test':
      if (isDeepStrictEqual(read(target, at), value)) return target
      throw unprocessable(`testing value ${path} failed`)
    default:
      throw badRequest(`a JSON patch has no operation ${JSON.stringify(op)}`)
  }
}

function needed(value: unknown, op: string): unknown {
  if (value === undefined) throw badRequest(`the JSON patch operation ${op} needs a value`)
  return value
}

function read(target: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return (value as unknown[])[indexIn(value, key, value.length - 1)]
    if (isObject(value) && Object.hasOwn(value, key)) return value[key]
    throw missing(key)
  }, target)
}

/** A copy of `target` with `value` at the path; in a list it moves the rest along. */
function add(target: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(target)) {
    const list = target as readonly unknown[]
    if (rest.length === 0) return list.toSpliced(indexIn(list, key, list.length), 0, value)
    const index = indexIn(list, key, list.length - 1)
    return list.with(index, add(list[index], rest, value))
  }
  if (!isObject(target)) throw missing(key)
  if (rest.length > 0 && !Object.hasOwn(target, key)) throw missing(key)
  return withKey(target, key, rest.length === 0 ? value : add(target[key], rest, value))
}

function remove(target: unknown, keys: readonly string[]): unknown {
  const [key, ...rest] = keys
  if (key === undefined) throw unprocessable('the whole object cannot be removed')
  if (Array.isArray(target)) {
    const list = target as readonly unknown[]
    const index = indexIn(list, key, list.length - 1)
    return rest.length === 0 ? list.toSpliced(index, 1) : list.with(index, remove(list[index], rest))
  }
  if (!isObject(target) || !Object.hasOwn(target, key)) throw missing(key)
  if (rest.length > 0) return withKey(target, key, remove(target[key], rest))
  return Object.fromEntries(Object.entries(target).filter(([name]) => name !== key))
}

function withKey(target: Record<string, unknown>, key: string, value: unknown): unknown {
  return Object.fromEntries(new Map(Object.entries(target)).set(key, value))
}

function indexIn(list: readonly unknown[], key: string, last: number): number {
  const index = key === '-' ? list.length : Number(key)
  if (!/^(?:0|[1-9]\d*|-)$/.test(key) || index > last) throw missing(key)
  return index
}

function keysOf(pointer: string): readonly string[] {
  if (pointer !== '' && !pointer.startsWith('/'))
    throw badRequest(`${JSON.stringify(pointer)} is not a JSON pointer`)
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function missing(key: string): StatusError {
  return unprocessable(`the JSON patch leads to ${JSON.stringify(key)}, which is not there`)
}

function unprocessable(message: string): StatusError {
  return new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
    {},
  )
}

function isOperation(value: unknown): value is Operation {
  return isObject(value) && typeof value['op'] === 'string' && typeof value['path'] === 'string'
}
