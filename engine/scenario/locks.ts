import { isObject, type Json, type JsonObject } from '../base/json.ts'
import { hasTemplate } from '../document/template.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Template } from './scenario.ts'
import { stepsIn } from './steps-in.ts'

export interface LockedFile {
  readonly file: Readonly<Record<string, unknown>>
  readonly profile: string
  readonly values: JsonObject
  readonly description: GatewayDescription
  /** The templates it uses: the words it names them with → files, and what stands in those. */
  readonly uses?: Readonly<Record<string, string>>
  readonly templates?: Readonly<Record<string, Template>>
}

/** `signal:PROFILE:NAME` for every signal whose name is not unique to the attempt: two such scenarios never overlap. */
export function signalLocks({
  file,
  profile,
  values,
  description,
  uses = {},
  templates = {},
}: LockedFile): readonly string[] {
  const vars = isObject(file['vars']) ? (file['vars'] as JsonObject) : {}
  const names = literalNames(
    [file['steps'], file['finally'], file['onFailure']],
    { known: { vars, case: values, inputs: {} }, uses },
    { description, templates },
  )
  return [...new Set(names)].sort().map((name) => `signal:${profile}:${name}`)
}

/** What the names in a file stand for, as far as it is written out. */
type Known = Readonly<Record<'vars' | 'case' | 'inputs', JsonObject>>

interface Place {
  readonly known: Known
  readonly uses: Readonly<Record<string, string>>
}

type World = Required<Pick<LockedFile, 'description' | 'templates'>>

/** Of the signals that steps send, and that the templates they use send for them. */
function literalNames(lists: readonly unknown[], place: Place, world: World): readonly string[] {
  return lists
    .flatMap((list) => stepsIn(list, []))
    .flatMap(({ step }) => [
      ...sentNames(step['send'], place, world),
      ...usedNames(step['use'], place, world),
    ])
}

function sentNames(send: unknown, { known }: Place, { description }: World): readonly string[] {
  if (!isObject(send)) return []
  return Object.entries(description.signals)
    .map(([signal, { nameKey }]) => {
      const input = send[signal]
      return isObject(input) ? literalOf(input[nameKey] as Json, known) : undefined
    })
    .filter((name) => name !== undefined)
}

function usedNames(use: unknown, { known, uses }: Place, world: World): readonly string[] {
  const word = isObject(use) ? use['template'] : undefined
  const template = typeof word === 'string' ? world.templates[uses[word] ?? ''] : undefined
  if (!isObject(use) || template === undefined) return []
  const given = isObject(use['inputs']) ? (use['inputs'] as JsonObject) : {}
  const inputs = Object.entries(template.inputs).flatMap(([name, { default: fallback }]) => {
    const value = literalOf(given[name] ?? fallback ?? null, known)
    return value === undefined ? [] : [[name, value] as const]
  })
  const inside: Known = { vars: {}, case: {}, inputs: Object.fromEntries(inputs) }
  return literalNames([template.steps], { known: inside, uses: template.uses }, world)
}

/** A name that is written out, here or in the variable, the case or the input that stands here. */
function literalOf(name: Json, known: Known): string | undefined {
  if (typeof name !== 'string') return undefined
  if (!hasTemplate(name)) return name
  const [, root, member = ''] = /^\$\{\s*(vars|case|inputs)\.(\w+)\s*\}$/.exec(name) ?? []
  if (root !== 'vars' && root !== 'case' && root !== 'inputs') return undefined
  const value = known[root][member]
  return root === 'vars' && value === name
    ? undefined
    : literalOf(value ?? null, { vars: {}, case: known.case, inputs: {} })
}
