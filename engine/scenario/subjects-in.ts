import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { verbs } from './grammar.ts'

export interface PlacedInput {
  readonly input: Readonly<Record<string, unknown>>
  readonly path: Path
}

/** The inputs of a step that may name a subject, its own and those one level deeper (`during`). */
export function subjectsIn(step: Readonly<Record<string, unknown>>, path: Path): readonly PlacedInput[] {
  return Object.entries(step).flatMap(([verb, input]) => {
    if (!isObject(input) || !verbs.has(verb)) return []
    const inner = ['never', 'stays'].flatMap((key) => {
      const member = input[key]
      return isObject(member) ? [{ input: member, path: [...path, verb, key] }] : []
    })
    return [{ input, path: [...path, verb] }, ...inner]
  })
}
