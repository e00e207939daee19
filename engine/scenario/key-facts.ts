import { isObject, type JsonObject } from '../base/json.ts'
import { wordsForType } from './shape-words.ts'

/** What is to be known of one key of a map. */
export interface KeyFacts {
  readonly key: string
  /** What it is for, as the schema describes it; may be empty. */
  readonly description: string
  /** What it takes and whether it is needed, each in a word or two. */
  readonly facts: readonly string[]
}

/** The keys that a schema of a map names, in its order. */
export function keyFacts(schema: JsonObject): readonly KeyFacts[] {
  const { properties } = schema
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const members = Object.entries(
    (isObject(properties) ? properties : {}) as Readonly<Record<string, JsonObject>>,
  )
  return members.map(([key, member]) => ({
    key,
    description: typeof member['description'] === 'string' ? member['description'] : '',
    facts: [takenBy(member), required.includes(key) ? 'needed' : ''].filter((fact) => fact !== ''),
  }))
}

function takenBy(schema: JsonObject): string {
  if (schema['$comment'] === 'matcher') return 'a matcher'
  if (Array.isArray(schema['enum']))
    return schema['enum'].length > 1 ? `one of ${schema['enum'].join(', ')}` : String(schema['enum'][0])
  return schema['type'] === undefined ? '' : wordsForType(schema)
}
