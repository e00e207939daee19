import type { Clock } from '../base/clock.ts'
import { describeError } from '../base/failure.ts'
import { isObject, type Json, type JsonObject } from '../base/json.ts'
import { createExpressions } from '../expressions/expressions.ts'
import type { GatewayDescription, Settings } from '../gateway/description.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { vocabularyOf } from '../scenario/vocabulary.ts'
import { nameNamespaces } from './namespaces.ts'
import { Scope, settingsForExpressions } from './scope.ts'
import { spanOf } from './step-input.ts'

export interface PreviewOptions {
  readonly description: GatewayDescription
  /** Of the gateway that the scenario would run on. */
  readonly settings: Settings
  /** With which the first attempt would have these names and values. */
  readonly seed: string
  readonly clock: Clock
}

/** A scenario with everything evaluated that needs neither a cluster nor a step's result. */
export interface Preview {
  /** Short name → the name that the first attempt would make. */
  readonly namespaces: Readonly<Record<string, string>>
  readonly vars: JsonObject
  /** Why the variables from one on have no value yet. */
  readonly varsProblem?: string
  readonly steps: readonly PreviewedStep[]
}

export interface PreviewedStep {
  readonly path: string
  readonly name?: string
  readonly verb: string
  /** Templates that only a run can evaluate stand as they are written. */
  readonly input: Json
}

/** Values of the environment are not shown: they may be secrets. */
export function preview(scenario: Scenario, options: PreviewOptions): Preview {
  const { description, settings, seed, clock } = options
  const namespaces = nameNamespaces(scenario.namespaces, [seed, scenario.id, 1])
  const expressions = createExpressions(vocabularyOf(description))
  const fresh = (): Scope =>
    new Scope({
      expressions,
      clock,
      names: {
        ns: namespaces,
        run: { id: seed, seed },
        thread: { id: 0, lane: 0 },
        scenario: { id: scenario.id, name: scenario.name, attempt: 1 },
        ...(scenario.case === undefined ? {} : { case: scenario.case }),
      },
      gateway: settingsForExpressions(settings, description.settings.fields, expressions),
      seed: [seed, scenario.id, 1, 'unique'],
      env: (name) => `<${name}>`,
      spanOf: (path) => spanOf(scenario, path) ?? { file: scenario.file, line: 1, col: 1, start: 0, end: 0 },
    })
  const { scope, problem } = bound(scenario, fresh)
  const names = scenario.vars.map(({ name }) => name)
  const known = names.flatMap((name) => {
    const value = tried(() => scope.resolve(`\${vars.${name}}`, `vars.${name}`))
    return value === undefined ? [] : [[name, value] as const]
  })
  const steps = [...scenario.steps, ...scenario.onFailure, ...scenario.finally]
  return {
    namespaces,
    vars: Object.fromEntries(known),
    ...(problem === undefined ? {} : { varsProblem: problem }),
    steps: steps.map(({ path, name, verb, input }) => ({
      path,
      ...(name === undefined ? {} : { name }),
      verb,
      input: evaluated(input, path, scope),
    })),
  }
}

/** With as many variables, in order, as can be evaluated. */
function bound({ vars }: Scenario, fresh: () => Scope): { readonly scope: Scope; readonly problem?: string } {
  let problem: string | undefined
  for (let count = vars.length; ; count -= 1) {
    const scope = fresh()
    try {
      scope.bindVars(vars.slice(0, count))
      return { scope, ...(problem === undefined ? {} : { problem }) }
    } catch (error) {
      problem = describeError(error)
    }
  }
}

/** As much of a tree as can be evaluated. */
function evaluated(tree: Json, path: string, scope: Scope): Json {
  const whole = tried(() => scope.resolve(tree, path))
  if (whole !== undefined) return whole
  if (Array.isArray(tree))
    return (tree as readonly Json[]).map((item, index) => evaluated(item, `${path}.${index}`, scope))
  if (!isObject(tree)) return tree
  const members = Object.entries(tree).map(
    ([name, member]) => [name, evaluated(member, `${path}.${name}`, scope)] as const,
  )
  return Object.fromEntries(members)
}

function tried(work: () => Json): Json | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
