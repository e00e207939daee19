import { isObject, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'

/** The part of a schema that speaks of the value at a path; undefined where it says nothing. */
export function schemaAt(schema: JsonObject, path: Path): JsonObject | undefined {
  let current: JsonObject | undefined = schema
  for (const key of path) {
    if (current === undefined) return undefined
    current = typeof key === 'number' ? itemsOf(current) : memberOf(current, key)
  }
  return current
}

/** The schema of a map's member. */
export function memberOf(schema: JsonObject, key: string): JsonObject | undefined {
  const named = asSchema(schema['properties'])?.[key]
  if (named !== undefined) return asSchema(named)
  const patterns = Object.entries(asSchema(schema['patternProperties']) ?? {})
  const fitting = patterns.find(([pattern]) => compiled(pattern).test(key))
  return asSchema(fitting?.[1]) ?? asSchema(schema['additionalProperties'])
}

const compiledPatterns = new Map<string, RegExp>()

/** Schemas have few patterns, and each is asked for every key of every step. */
function compiled(pattern: string): RegExp {
  const known = compiledPatterns.get(pattern)
  if (known !== undefined) return known
  const made = new RegExp(pattern, 'u')
  compiledPatterns.set(pattern, made)
  return made
}

export function itemsOf(schema: JsonObject): JsonObject | undefined {
  return asSchema(schema['items'])
}

function asSchema(value: unknown): JsonObject | undefined {
  return isObject(value) ? (value as JsonObject) : undefined
}
