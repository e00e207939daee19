import { isObject } from '../../../base/json.ts'
import { schemaOfField, type StructuralSchema } from './structural.ts'

/** A copy of `value` in which each missing field that has a default holds it; a null that is not allowed counts as missing. */
export function applyDefaults(value: unknown, schema: StructuralSchema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined ? value : value.map((item) => applyDefaults(item, items))
  }
  if (!isObject(value)) return value
  const filled = new Map<string, unknown>()
  for (const [key, field] of Object.entries(value)) {
    const inner = schemaOfField(schema, key)
    if (field === null && inner?.default !== undefined && inner.nullable !== true) continue
    filled.set(key, inner === undefined ? field : applyDefaults(field, inner))
  }
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    if (inner.default !== undefined && !filled.has(key)) {
      filled.set(key, applyDefaults(structuredClone(inner.default), inner))
    }
  }
  return Object.fromEntries(filled)
}
