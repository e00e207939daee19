import { type JsonObject } from '../base/json.ts'
import { parseDuration } from '../base/duration.ts'
import { verbs } from '../scenario/grammar.ts'
import type { Step } from '../scenario/scenario.ts'
import { NestedFailure, type Introduced, type NestedList } from '../steps/nested.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { listsIn, spanOf } from './step-input.ts'
import type { StepEnd } from './step-runner.ts'

/** What the steps inside a step did, for the step itself. */
export interface Inside {
  asserted: boolean
  readonly failedAt: string[]
}

export interface Nesting {
  readonly step: Step
  readonly attempt: AttemptScope
  readonly signal: AbortSignal
  /** Runs one step; never rejects. */
  readonly run: (step: Step, attempt: AttemptScope, signal: AbortSignal) => Promise<StepEnd>
  readonly inside: Inside
}

/** Runs a list of steps inside a step, in a scope of their own; rejects with `NestedFailure` at the first that does not pass. */
export async function runNested(list: NestedList, nesting: Nesting): Promise<Introduced> {
  const { step, attempt } = nesting
  const scope = attempt.scope.inner(list.names ?? {})
  const steps = (listsIn(step)[list.key] ?? []).map((raw, index) => nestedStep(raw, { list, index }, nesting))
  await runList(steps, { ...attempt, scope }, { ...nesting, signal: signalFor(list, nesting) })
  return scope.introduced
}

/** In order, until one does not pass. */
export async function runList(
  steps: readonly Step[],
  attempt: AttemptScope,
  { run, signal, inside }: Pick<Nesting, 'run' | 'signal' | 'inside'>,
): Promise<void> {
  for (const step of steps) {
    const { failure, further, asserted, failedAt } = await run(step, attempt, signal)
    inside.asserted ||= asserted
    inside.failedAt.push(...failedAt)
    if (failure !== undefined) throw new NestedFailure(failure, further)
  }
}

function signalFor(list: NestedList, { signal }: Nesting): AbortSignal {
  return list.signal === undefined ? signal : AbortSignal.any([signal, list.signal])
}

interface Position {
  readonly list: NestedList
  readonly index: number
}

/** `steps.3.repeat.steps.0` in the file; `steps.3/1/0` in the second pass. */
function nestedStep(
  raw: JsonObject,
  { list: { key, pass }, index }: Position,
  { step: outer, attempt }: Nesting,
): Step {
  const way = [
    outer.id ?? outer.path,
    ...(pass === undefined ? [] : [pass]),
    ...(key === 'steps' ? [] : [key]),
  ]
  const path = `${outer.path}.${outer.verb}.${key}.${index}`
  return readStep(raw, { path, id: [...way, index].join('/'), span: spanOf(attempt, path) ?? outer.span })
}

/** A step of which only the text is at hand; it was checked when its file was loaded. */
export function readStep(raw: JsonObject, place: Pick<Step, 'path' | 'id' | 'span'>): Step {
  const verb = Object.keys(raw).find((key) => verbs.has(key)) ?? ''
  const { name, as, timeout, if: condition } = raw
  const timeoutMs = typeof timeout === 'string' ? parseDuration(timeout) : undefined
  return {
    ...place,
    verb,
    input: raw[verb] ?? null,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof as === 'string' ? { as } : {}),
    ...(condition === undefined
      ? {}
      : { if: typeof condition === 'string' ? condition : `\${${JSON.stringify(condition)}}` }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}
