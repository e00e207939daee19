import { isObject, type JsonObject } from '../base/json.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { DURATION } from './duration-format.ts'
import { capital, wordsForType } from './shape-words.ts'

/** How schemas are turned into what an editor understands. */
export interface EditorOptions {
  readonly description: GatewayDescription
  /** Whether `${…}` may stand for any value. */
  readonly templates: boolean
}

/** A scalar that holds a template somewhere. */
const TEMPLATE = '\\$\\{'
const WHOLE_TEMPLATE = '^\\$\\{[\\s\\S]*\\}$'
const TEXTUAL = ['string', 'null']

/** A schema with its words as the editor shows them, and with templates where they may stand. */
export function editorValue(schema: JsonObject, options: EditorOptions): JsonObject {
  const words = wordsOf(schema)
  switch (schema['$comment']) {
    case 'matcher':
    case 'steps':
    case 'subject':
      return { ...words, $ref: `#/definitions/${schema['$comment']}` }
    case 'expression':
      return { ...words, type: 'string' }
    case 'kinds':
      return { ...words, ...choice(Object.keys(options.description.kinds), options) }
    case 'keys':
      return { ...words, ...keyChoice(schema, options) }
    default:
      return { ...words, ...plainValue(schema, options) }
  }
}

/** What an editor shows of a schema: its description as Markdown, and examples. */
function wordsOf({ description, examples }: JsonObject): JsonObject {
  return {
    ...(description === undefined ? {} : { markdownDescription: description }),
    ...(examples === undefined ? {} : { examples }),
  }
}

function plainValue(schema: JsonObject, options: EditorOptions): JsonObject {
  if (typeof schema['$ref'] === 'string') return { $ref: schema['$ref'] }
  if (Array.isArray(schema['enum'])) return choice(schema['enum'], options)
  const types = [schema['type'] ?? []].flat() as readonly string[]
  if (types.length === 0) return structure(schema, options)
  const isMap = types.includes('object') || types.includes('array')
  if (!isMap && !types.every((type) => TEXTUAL.includes(type))) return typedScalar(schema, types, options)
  const type = options.templates && isMap && !types.includes('string') ? [...types, 'string'] : schema['type']
  return { type: type ?? [], ...textRules(schema, types, options), ...structure(schema, options) }
}

/** A number, a boolean or a template: one schema with a list of types, so that one message is given. */
function typedScalar(schema: JsonObject, types: readonly string[], { templates }: EditorOptions): JsonObject {
  const { minimum, maximum } = schema
  const limits = {
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  }
  const words = wordsForType(schema)
  if (!templates) return { type: [...types], ...limits, errorMessage: capital(words) }
  const message = `${capital(words)}, or "\${…}"`
  return {
    type: [...new Set([...types, 'string'])],
    ...limits,
    pattern: WHOLE_TEMPLATE,
    patternErrorMessage: message,
    errorMessage: message,
  }
}

/** Rules for the text that a value is, or may be. */
function textRules(schema: JsonObject, types: readonly string[], { templates }: EditorOptions): JsonObject {
  const { pattern, minLength } = schema
  const isText = types.includes('string')
  const own = schema['format'] === 'duration' ? DURATION.source : pattern
  if (!isText && !templates) return {}
  const orTemplate = templates ? [TEMPLATE] : []
  const allowed = isText && typeof own === 'string' ? [own, ...orTemplate] : isText ? [] : orTemplate
  const message =
    schema['format'] === 'duration'
      ? 'A duration such as 5s, 1m30s or 500ms'
      : `Not allowed here: ${isText ? 'see the description' : 'expected more than a text'}`
  return {
    ...(isText && minLength !== undefined ? { minLength } : {}),
    ...(allowed.length === 0
      ? {}
      : { pattern: allowed.join('|'), patternErrorMessage: templates ? `${message}, or "\${…}"` : message }),
    ...(schema['format'] === 'duration' && schema['examples'] === undefined
      ? { examples: ['500ms', '5s', '1m30s'] }
      : {}),
  }
}

const KEPT = ['minProperties', 'maxProperties', 'minItems', 'maxItems', 'required', 'anyOf'] as const

/** What maps and lists hold. */
function structure(schema: JsonObject, options: EditorOptions): JsonObject {
  const result: Record<string, JsonObject[string]> = {}
  for (const keyword of KEPT) if (schema[keyword] !== undefined) result[keyword] = schema[keyword]
  for (const keyword of ['properties', 'patternProperties'] as const) {
    const members = schema[keyword]
    if (isObject(members)) result[keyword] = editorMembers(members, options)
  }
  for (const keyword of ['items', 'additionalProperties'] as const) {
    const inner = schema[keyword]
    if (isObject(inner)) result[keyword] = editorValue(inner, options)
    else if (inner === false) result[keyword] = false
  }
  if (isObject(schema['propertyNames'])) result['propertyNames'] = schema['propertyNames']
  return result
}

export function editorMembers(members: JsonObject, options: EditorOptions): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name, editorValue(schema as JsonObject, options)]),
  )
}

/** One of some values; `anyOf` here completes them and gives the right message. */
function choice(values: readonly unknown[], { templates }: EditorOptions): JsonObject {
  const allowed = { enum: values as JsonObject[string] }
  if (!templates) return allowed
  return { anyOf: [allowed, { type: 'string', pattern: WHOLE_TEMPLATE }] }
}

/** The keys that have a name, and the key itself. */
function keyChoice(schema: JsonObject, options: EditorOptions): JsonObject {
  const named = Object.entries(options.description.keys).map(([name, { summary, schema: own }]) => [
    name,
    { ...editorValue(own, options), markdownDescription: summary },
  ])
  const plain = editorMembers((schema['properties'] ?? {}) as JsonObject, options)
  return {
    type: 'object',
    properties: { ...(Object.fromEntries(named) as JsonObject), ...plain },
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }
}
