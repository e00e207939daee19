import { isObject, type Json } from '../../base/json.ts'
import type { FieldChange } from './model.ts'

/** Which fields differ between two values, as deep as they are; equal ones are not named. */
export function fieldChanges(before: Json | undefined, after: Json | undefined, path = ''): FieldChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const [left, right] = [childrenOf(before), childrenOf(after)]
  if (left === undefined || right === undefined || Array.isArray(before) !== Array.isArray(after))
    return [
      {
        path,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
    ]
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    fieldChanges(left.get(key), right.get(key), path === '' ? key : `${path}.${key}`),
  )
}

/** Fields of maps, elements of lists; undefined for what has none. */
function childrenOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (Array.isArray(value)) return new Map((value as Json[]).map((each, index) => [String(index), each]))
  return isObject(value) ? new Map(Object.entries(value as Record<string, Json>)) : undefined
}
