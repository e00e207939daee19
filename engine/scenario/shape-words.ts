import { isObject, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import type { SchemaError } from './validators.ts'

export interface ShapeWords {
  readonly code: string
  /** Goes after `expected`. */
  readonly expected: string
  readonly hint?: string
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
}

const DURATION: ShapeWords = { code: 'BAD_DURATION', expected: 'a duration like 5s' }

/** What a complaint about a value means, in words. */
export function describeShape(error: SchemaError, schema: JsonObject, actual: unknown): ShapeWords {
  const { keyword, params } = error
  switch (keyword) {
    case 'type':
      return wrongType(schema, actual)
    case 'format':
      return DURATION
    case 'enum':
      return notOneOf(params['allowedValues'] as readonly unknown[], actual)
    case 'minimum':
    case 'maximum':
      return { code: 'OUT_OF_RANGE', expected: rangeOf(schema) }
    case 'pattern':
      return badText(schema)
    case 'minLength':
      return { code: 'EMPTY_VALUE', expected: 'a text that is not empty' }
    case 'minItems':
    case 'minProperties':
      return { code: 'EMPTY_VALUE', expected: `at least one ${keyword === 'minItems' ? 'entry' : 'key'}` }
    case 'maxProperties':
      return { code: 'TOO_MANY_KEYS', expected: `exactly one key` }
    case 'propertyNames':
      return { code: 'BAD_NAME', expected: 'names of small letters, digits and dashes' }
    case 'anyOf':
      return { code: 'MISSING_KEY', expected: `one of the keys ${alternatives(schema).join(', ')}` }
    default:
      return { code: 'BAD_VALUE', expected: 'another value' }
  }
}

/** `send`, `times` or `tags[2]`: what a message calls the value at a path. */
export function thingOf(path: Path, name: string): string {
  const last = path.at(-1)
  if (last === undefined) return name
  if (typeof last === 'string') return last
  return `${thingOf(path.slice(0, -1), name)}[${last}]`
}

/** A value in a message. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isObject(value)) return Object.keys(value).length === 0 ? 'an empty map' : 'a map'
  if (value === '') return 'an empty text'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function wrongType(schema: JsonObject, actual: unknown): ShapeWords {
  if (schema['format'] === 'duration' && typeof actual === 'number') {
    return { ...DURATION, hint: `write ${actual}s for seconds, ${actual}ms for milliseconds` }
  }
  const isText = schema['type'] === 'string' && ['number', 'boolean'].includes(typeof actual)
  const hint = isText ? { hint: `put it in quotes: "${String(actual)}"` } : {}
  return { code: 'WRONG_TYPE', expected: wordsForType(schema), ...hint }
}

/** `a whole number from 1 or a text`: what a schema wants, after `expected`. */
export function wordsForType(schema: JsonObject): string {
  const types = [schema['type'] ?? []].flat() as readonly string[]
  const named = types.map((type) => {
    if (type === 'integer') return rangeOf(schema)
    return type === 'string' && schema['format'] === 'duration' ? DURATION.expected : (TYPES[type] ?? type)
  })
  return named.join(' or ')
}

/** As the beginning of a sentence. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function rangeOf({ minimum, maximum }: JsonObject): string {
  const lowest = typeof minimum === 'number' ? ` from ${minimum}` : ''
  const highest = typeof maximum === 'number' ? ` to ${maximum}` : ''
  return `a whole number${lowest}${highest}`
}

function notOneOf(allowed: readonly unknown[], actual: unknown): ShapeWords {
  const words = allowed.map(String)
  const near = typeof actual === 'string' ? suggest(actual, words) : undefined
  const expected = words.length === 1 ? (words[0] ?? '') : `one of ${words.join(', ')}`
  return { code: 'BAD_VALUE', expected, ...(near === undefined ? {} : { hint: `did you mean ${near}?` }) }
}

/** What a pattern asks for, where it says so itself; else the pattern. */
export function badText(schema: JsonObject): ShapeWords {
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : ''
  const known: Readonly<Record<string, string>> = {
    '^/': 'a path that begins with /',
    '^[A-Za-z_:][A-Za-z0-9_:]*$': 'the name of a metric: letters, digits, _ and :',
    '^[A-Za-z_][A-Za-z0-9_]*$': 'the name of an environment variable',
    '^[a-z][a-z0-9-]{0,38}$': 'a name of small letters, digits and dashes, at most 39 long',
  }
  if (pattern.startsWith('^[0-9]{4}-')) return { code: 'BAD_VALUE', expected: 'a day like 2026-03-31' }
  return { code: 'BAD_VALUE', expected: known[pattern] ?? `a text like ${pattern}` }
}

function alternatives(schema: JsonObject): readonly string[] {
  const branches = (schema['anyOf'] ?? []) as readonly JsonObject[]
  return branches.flatMap(({ required }) => (required ?? []) as readonly string[])
}
