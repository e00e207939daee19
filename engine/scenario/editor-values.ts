import { isObject, type JsonObject } from '../base/json.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { DURATION } from './duration-format.ts'
import { badText, capital, wordsForType } from './shape-words.ts'

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
  const isText = types.includes('string')
  if (!isMap && !isText && !types.every((type) => TEXTUAL.includes(type)))
    return typedScalar(schema, types, options)
  const type = options.templates && isMap && !isText ? [...types, 'string'] : schema['type']
  const text = textRules(schema, types, options)
  const rules = { type: type ?? [], ...text, ...structure(schema, options) }
  return isText && isMap ? withOwnMessage(rules, schema) : rules
}

/** A text or a map: said of the wrong type alone, since a message of the whole would be said of unknown keys, too. */
function withOwnMessage({ type = [], allOf = [], ...rules }: JsonObject, schema: JsonObject): JsonObject {
  const typed = { type, errorMessage: capital(wordsForType(schema)) }
  return { ...rules, allOf: [typed, ...(allOf as readonly JsonObject[])] }
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

/** Rules for the text that a value is, or may be, and what is said of anything else. */
function textRules(schema: JsonObject, types: readonly string[], { templates }: EditorOptions): JsonObject {
  const { pattern, minLength, format } = schema
  const isText = types.includes('string')
  const own = format === 'duration' ? DURATION.source : pattern
  const orTemplate = templates ? [TEMPLATE] : []
  const allowed = isText && typeof own === 'string' ? [own, ...orTemplate] : isText ? [] : orTemplate
  const words = format === 'duration' ? 'a duration such as 5s, 1m30s or 500ms' : textWords(schema, types)
  const message = templates ? `${capital(words)}, or "\${…}"` : capital(words)
  return {
    ...(isText && minLength !== undefined ? { minLength } : {}),
    ...(allowed.length === 0 ? {} : { pattern: allowed.join('|'), patternErrorMessage: message }),
    // It would also be said of unknown keys, which editors mark themselves.
    ...(schema['additionalProperties'] === false ? {} : { errorMessage: message }),
    ...(format === 'duration' && schema['examples'] === undefined ? { defaultSnippets: DURATIONS } : {}),
  }
}

const DURATIONS = ['500ms', '5s', '1m30s'].map((text) => ({ label: text, body: text }))

function textWords(schema: JsonObject, types: readonly string[]): string {
  return types.includes('string') && typeof schema['pattern'] === 'string'
    ? badText(schema).expected
    : wordsForType(schema)
}

const KEPT = ['minProperties', 'maxProperties', 'minItems', 'maxItems', 'propertyNames'] as const

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
  const needs = neededKeys(schema)
  return needs.length === 0 ? result : { ...result, allOf: needs }
}

/** Keys that must be there, and maps of which one of some keys must be. */
function neededKeys(schema: JsonObject): readonly JsonObject[] {
  const { required = [], anyOf = [], properties } = schema
  const isClosed = schema['additionalProperties'] === false && isObject(properties)
  const known = isClosed ? Object.keys(properties) : undefined
  const ways = (anyOf as readonly JsonObject[]).map((way) => (way['required'] ?? []) as readonly string[])
  const oneOfThem = {
    anyOf: ways.map((way) => ({ required: way, errorMessage: `Expected one of ${ways.flat().join(', ')}` })),
  }
  return [
    ...requiring(required as readonly string[], known),
    ...(ways.length === 0 ? [] : [whenSpelt(oneOfThem, known)]),
  ]
}

/** Keys that must be there; where another key is misspelt, it may be the one that is missing, so that alone is said. */
export function requiring(
  required: readonly string[],
  known: readonly string[] | undefined,
): readonly JsonObject[] {
  return required.length === 0 ? [] : [whenSpelt({ required }, known)]
}

function whenSpelt(rule: JsonObject, known: readonly string[] | undefined): JsonObject {
  return known === undefined ? rule : { if: { propertyNames: { enum: known } }, then: rule }
}

export function editorMembers(members: JsonObject, options: EditorOptions): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name, editorValue(schema as JsonObject, options)]),
  )
}

/** One of some values; `anyOf` here completes them and gives the right message. */
export function choice(values: readonly unknown[], { templates }: EditorOptions): JsonObject {
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
