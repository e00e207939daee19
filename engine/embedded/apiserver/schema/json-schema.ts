import { isObject } from '../../../base/json.ts'
import { FORMATS } from './formats.ts'
import type { StructuralSchema } from './structural.ts'

/** Keywords that hold one schema, a list of schemas, or a map of schemas. */
const ONE = ['not', 'items', 'additionalProperties']
const LIST = ['allOf', 'anyOf', 'oneOf']
const MAP = ['properties']
const COPIED = [
  'required',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'multipleOf',
]

/** The OpenAPI schema of a custom resource in the words of JSON Schema. */
export function toJsonSchema(schema: StructuralSchema): Record<string, unknown> {
  const result: Record<string, unknown> = { ...typeOf(schema), ...rangeOf(schema) }
  for (const key of COPIED) if (schema[key] !== undefined) result[key] = schema[key]
  for (const key of ONE) if (isObject(schema[key])) result[key] = toJsonSchema(schema[key])
  for (const key of LIST) {
    const inner = schema[key]
    if (Array.isArray(inner)) result[key] = inner.map((part) => toJsonSchema(part as StructuralSchema))
  }
  for (const key of MAP) {
    const inner = schema[key]
    if (!isObject(inner)) continue
    result[key] = Object.fromEntries(
      Object.entries(inner).map(([name, part]) => [name, toJsonSchema(part as StructuralSchema)]),
    )
  }
  const { format } = schema
  if (typeof format === 'string' && Object.hasOwn(FORMATS, format)) result['format'] = format
  return result
}

function typeOf(schema: StructuralSchema): Record<string, unknown> {
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : named(schema.type)
  const values = Array.isArray(schema['enum']) ? (schema['enum'] as readonly unknown[]) : undefined
  const nullable = schema.nullable === true
  return {
    ...(types.length === 0 ? {} : { type: nullable ? [...types, 'null'] : types }),
    ...(values === undefined ? {} : { enum: nullable ? [...values, null] : values }),
  }
}

function named(type: string | undefined): readonly string[] {
  return type === undefined ? [] : [type]
}

/** OpenAPI 3.0 marks an exclusive bound with a flag, JSON Schema with the bound itself. */
function rangeOf(schema: StructuralSchema): Record<string, unknown> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  return {
    ...(minimum === undefined
      ? {}
      : { [exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum']: minimum }),
    ...(maximum === undefined
      ? {}
      : { [exclusiveMaximum === true ? 'exclusiveMaximum' : 'maximum']: maximum }),
  }
}
