import { isObject } from '../../../base/json.ts'
import { fieldPath, schemaOfField, type StructuralSchema } from './structural.ts'

/** A copy of `value` without the fields its schema does not know; their paths go into `unknown`. */
export function prune(value: unknown, schema: StructuralSchema, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return value
    return value.map((item, index) => prune(item, items, fieldPath(path, index), unknown))
  }
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    const inner = schemaOfField(schema, key)
    const at = fieldPath(path, key)
    if (inner !== undefined) return [[key, prune(field, inner, at, unknown)]]
    if (keepsUnknown(schema, key)) return [[key, field]]
    unknown.push(at)
    return []
  })
  return Object.fromEntries(kept)
}

function keepsUnknown(schema: StructuralSchema, key: string): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return true
  if (schema.additionalProperties === true) return true
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  return embedded && ['apiVersion', 'kind', 'metadata'].includes(key)
}
