import { isObject, type Json, type JsonObject } from '../base/json.ts'
import { hasTemplate } from '../document/template.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { stepsIn } from './steps-in.ts'

export interface LockedFile {
  readonly file: Readonly<Record<string, unknown>>
  readonly profile: string
  readonly values: JsonObject
  readonly description: GatewayDescription
}

/** `signal:PROFILE:NAME` for every signal whose name is not unique to the attempt: two such scenarios never overlap. */
export function signalLocks({ file, profile, values, description }: LockedFile): readonly string[] {
  const lists = [file['steps'], file['finally'], file['onFailure']]
  const sends = lists
    .flatMap((list) => stepsIn(list, []))
    .map(({ step }) => step['send'])
    .filter(isObject)
  const names = sends.flatMap((send) =>
    Object.entries(description.signals).flatMap(([signal, { nameKey }]) => {
      const input = send[signal]
      return isObject(input) ? [input[nameKey] as Json] : []
    }),
  )
  const vars = isObject(file['vars']) ? (file['vars'] as JsonObject) : {}
  const literal = names
    .map((name) => literalOf(name, { vars, case: values }))
    .filter((name) => name !== undefined)
  return [...new Set(literal)].sort().map((name) => `signal:${profile}:${name}`)
}

/** A name that is written out, here or in the variable or the case that stands here. */
function literalOf(name: Json, known: Readonly<Record<'vars' | 'case', JsonObject>>): string | undefined {
  if (typeof name !== 'string') return undefined
  if (!hasTemplate(name)) return name
  const [, root, member = ''] = /^\$\{\s*(vars|case)\.(\w+)\s*\}$/.exec(name) ?? []
  if (root !== 'vars' && root !== 'case') return undefined
  const value = known[root][member]
  return root === 'vars' && value === name
    ? undefined
    : literalOf(value ?? null, { vars: {}, case: known.case })
}
