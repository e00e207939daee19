import { isDeepStrictEqual } from 'node:util'

import { isObject } from '../../../base/json.ts'
import type { Cause } from '../status-error.ts'
import { fieldPath, schemaOfField, type Rule, type StructuralSchema } from './structural.ts'

/** Kubernetes calls a field immutable by this rule; the server knows no other. */
const IMMUTABLE = /^\s*(?:self\s*==\s*oldSelf|oldSelf\s*==\s*self)\s*$/

/** Throws when the schema, or one inside it, has a rule that this server cannot evaluate. */
export function checkRules(schema: StructuralSchema, path: string): void {
  for (const { rule } of rulesOf(schema)) {
    if (IMMUTABLE.test(rule)) continue
    throw new Error(
      `x-kubernetes-validations at ${path === '' ? 'the root' : path}: cannot evaluate the rule "${rule}", only "self == oldSelf"`,
    )
  }
  for (const [key, inner] of Object.entries(schema.properties ?? {})) checkRules(inner, fieldPath(path, key))
  if (typeof schema.additionalProperties === 'object') checkRules(schema.additionalProperties, `${path}[*]`)
  if (schema.items === undefined) return
  if (hasRules(schema.items)) {
    throw new Error(
      `x-kubernetes-validations at ${path}[]: items of a list have no old value to compare with`,
    )
  }
}

/** The rules that a change from `before` to `after` breaks. A field that was not there before may take any value. */
export function brokenRules(
  after: unknown,
  before: unknown,
  schema: StructuralSchema,
  path = '',
): readonly Cause[] {
  if (before === undefined || after === undefined) return []
  const changed = !isDeepStrictEqual(after, before)
  const own = changed ? rulesOf(schema).map((rule) => causeOf(rule, after, path)) : []
  if (!isObject(after) || !isObject(before)) return own
  const inner = Object.entries(after).flatMap(([key, value]) => {
    const field = schemaOfField(schema, key)
    return field === undefined ? [] : brokenRules(value, before[key], field, fieldPath(path, key))
  })
  return [...own, ...inner]
}

function rulesOf(schema: StructuralSchema): readonly Rule[] {
  return schema['x-kubernetes-validations'] ?? []
}

function hasRules(schema: StructuralSchema): boolean {
  if (rulesOf(schema).length > 0) return true
  const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties]
  return inner.some((part) => typeof part === 'object' && hasRules(part))
}

function causeOf({ rule, message, reason }: Rule, value: unknown, field: string): Cause {
  const shown = isObject(value) ? 'object' : JSON.stringify(value)
  const text = message ?? `failed rule: ${rule}`
  return { reason: reason ?? 'FieldValueInvalid', message: `Invalid value: ${shown}: ${text}`, field }
}
