import type { JsonObject } from '../base/json.ts'
import type { TypeDescription } from '../expressions/types.ts'
import { wordsForType } from './shape-words.ts'

/** What an expression of a type may become in JSON. */
const JSON_TYPES: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  bytes: ['string'],
  duration: ['string'],
  timestamp: ['string'],
  int: ['integer', 'number'],
  double: ['integer', 'number'],
  bool: ['boolean'],
  list: ['array'],
  map: ['object'],
}

const SHOWN: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  double: 'a number',
  bool: 'true or false',
  list: 'a list',
  map: 'a map',
}

/** What is wrong with the type of an expression that stands for a whole value; undefined when nothing is certain. */
export function typeMismatch(type: TypeDescription, schema: JsonObject | undefined): string | undefined {
  const wanted = [schema?.['type'] ?? []].flat() as readonly string[]
  const given = typeof type === 'string' ? JSON_TYPES[type] : undefined
  if (schema === undefined || typeof type !== 'string' || given === undefined || wanted.length === 0)
    return undefined
  if (given.some((each) => wanted.includes(each))) return undefined
  return `expected ${wordsForType(schema)}, the expression gives ${SHOWN[type] ?? `a ${type}`}`
}
