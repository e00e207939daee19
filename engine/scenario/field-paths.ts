import { isObject, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { hasTemplate } from '../document/template.ts'
import { showValue, wordsForType } from './shape-words.ts'
import type { Slip } from './slip.ts'
import { describesType } from './type-of-value.ts'

/** Claims about whole objects, and about one part of an object. */
const WHOLE = ['where', 'each', 'any', 'none', 'first', 'last', 'merge']
const PARTS = ['metadata', 'spec', 'status']
const LISTS = ['$each', '$any', '$none', '$only']
const SAME = ['$not', '$all']

const text = { type: 'string' }
const open = { type: 'object', additionalProperties: true }

/** What manifests leave out: the metadata that every object has. */
const METADATA: JsonObject = {
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    uid: text,
    resourceVersion: text,
    selfLink: text,
    creationTimestamp: text,
    deletionTimestamp: text,
    generation: { type: 'integer' },
    deletionGracePeriodSeconds: { type: 'integer' },
    labels: { type: 'object', additionalProperties: text },
    annotations: { type: 'object', additionalProperties: text },
    finalizers: { type: 'array', items: text },
    ownerReferences: { type: 'array', items: open },
    managedFields: { type: 'array', items: open },
  },
}

/** Fields that no object of this kind can have, and values that its fields never take. */
export function fieldSlips(
  input: Readonly<Record<string, unknown>>,
  path: Path,
  kindSchema: JsonObject,
): readonly Slip[] {
  const schema = withMetadata(kindSchema)
  const parts = propertiesOf(schema)
  return Object.entries(input).flatMap(([key, value]) => {
    const place = [...path, key]
    if (WHOLE.includes(key)) return matcherSlips(value, schema, place)
    if (PARTS.includes(key)) return matcherSlips(value, parts?.[key] as JsonObject | undefined, place)
    if (key === 'unique' || key === 'changedOnce') return pathSlips(value, schema, place)
    if ((key === 'passedThrough' || key === 'neverWas') && isObject(value)) {
      return pathSlips(value['path'], schema, [...place, 'path'])
    }
    return []
  })
}

function withMetadata(schema: JsonObject): JsonObject {
  return { ...schema, properties: { ...propertiesOf(schema), metadata: METADATA } }
}

function matcherSlips(value: unknown, schema: JsonObject | undefined, path: Path): readonly Slip[] {
  if (schema === undefined || isOpen(schema)) return []
  if (Array.isArray(value)) {
    const items = schema['items'] as JsonObject | undefined
    return value.flatMap((item: unknown, index) => matcherSlips(item, items, [...path, index]))
  }
  if (!isObject(value)) return valueSlips(value, schema, path)
  return Object.entries(value).flatMap(([key, member]) => {
    const place = [...path, key]
    if (SAME.includes(key)) return [member].flat().flatMap((each) => matcherSlips(each, schema, place))
    if (LISTS.includes(key)) return matcherSlips(member, schema['items'] as JsonObject | undefined, place)
    if (key.startsWith('$')) return []
    const found = fieldOf(schema, key)
    return 'slip' in found ? [{ ...found.slip, path, key }] : matcherSlips(member, found.schema, place)
  })
}

type Field =
  | { readonly schema: JsonObject | undefined }
  | { readonly slip: Pick<Slip, 'code' | 'message' | 'hint' | 'rename'> }

function fieldOf(schema: JsonObject, name: string): Field {
  const properties = propertiesOf(schema)
  const own = properties?.[name]
  if (own !== undefined) return { schema: own as JsonObject }
  const others = schema['additionalProperties']
  if (isObject(others)) return { schema: others }
  if (others === true || isOpen(schema)) return { schema: undefined }
  const near = suggest(name, Object.keys(properties ?? {}))
  const message = `${name}: objects of this kind have no such field`
  return {
    slip: {
      code: 'UNKNOWN_FIELD',
      message,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?`, rename: near }),
    },
  }
}

/** A field path in a text, such as `spec.severity`. */
function pathSlips(value: unknown, schema: JsonObject, path: Path): readonly Slip[] {
  if (typeof value !== 'string' || hasTemplate(value)) return []
  let current: JsonObject | undefined = schema
  let start = 0
  for (const name of value.split('.')) {
    if (current === undefined || isOpen(current)) return []
    const found: Field = fieldOf(current, name)
    if ('slip' in found) {
      const { code, message, hint } = found.slip
      return [
        {
          code,
          message,
          path,
          within: { start, end: start + name.length },
          ...(hint === undefined ? {} : { hint }),
        },
      ]
    }
    current = found.schema
    start += name.length + 1
  }
  return []
}

/** A scalar that the field can never hold. */
function valueSlips(value: unknown, schema: JsonObject, path: Path): readonly Slip[] {
  if (value === null || value === undefined || (typeof value === 'string' && hasTemplate(value))) return []
  const field = String(path.at(-1))
  const { enum: allowed, type } = schema
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    const near = typeof value === 'string' ? suggest(value, allowed.map(String)) : undefined
    const message = `${field}: expected one of ${allowed.map(showValue).join(', ')}, got ${showValue(value)}`
    return [
      {
        code: 'IMPOSSIBLE_VALUE',
        path,
        message,
        ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      },
    ]
  }
  if (typeof type !== 'string' || describesType({ type }, value)) return []
  const got = typeof value === 'string' ? `the text ${showValue(value)}` : showValue(value)
  const message = `${field}: expected ${wordsForType({ type })} as the field holds, got ${got}`
  const isQuoted = typeof value === 'string' && ['integer', 'number', 'boolean'].includes(type)
  return [
    { code: 'IMPOSSIBLE_VALUE', path, message, ...(isQuoted ? { hint: 'write it without quotes' } : {}) },
  ]
}

function propertiesOf(schema: JsonObject): JsonObject | undefined {
  return isObject(schema['properties']) ? schema['properties'] : undefined
}

/** Nothing is known of what it holds. */
function isOpen(schema: JsonObject): boolean {
  if (
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    schema['x-kubernetes-int-or-string'] === true
  )
    return true
  return (
    schema['type'] === 'object' &&
    schema['properties'] === undefined &&
    schema['additionalProperties'] === undefined
  )
}
