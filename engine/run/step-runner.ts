import { abortWithin } from '../base/abort.ts'
import { Broken, Cancelled, Failed, toFailure, type Failure } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import { isObject, type Json, type JsonObject } from '../base/json.ts'
import type { Step } from '../scenario/scenario.ts'
import { metricsNow } from '../steps/metrics-now.ts'
import { NestedFailure } from '../steps/nested.ts'
import { subjects } from '../steps/subjects/index.ts'
import type { AttemptScope } from './attempt-scope.ts'
import type { Inside, Nesting } from './nested-steps.ts'
import { NotRecorded } from './replay/not-recorded.ts'
import type { Instead } from './replay/step-replay.ts'
import { lenientNoteText, noteText } from './note-text.ts'
import { contextFor, type Running } from './step-context.ts'
import { definitionOf, inputOf, spanOf } from './step-input.ts'

/** How a step ended. */
export interface StepEnd {
  readonly outcome: 'passed' | 'failed' | 'broken' | 'skipped' | 'cancelled'
  readonly failure?: Failure
  /** What else went wrong inside it, such as in another branch. */
  readonly further: readonly Failure[]
  /** Whether it held the gateway against something; a step that was skipped did not. */
  readonly asserted: boolean
  /** Names of the steps that failed, innermost first. */
  readonly failedAt: readonly string[]
}

/** In `finally`, a step that needs what was never set is skipped instead of broken. */
export type Leniency = 'strict' | 'skip-not-set'

/** Runs one step: its condition, its templates, its verb, its result; never rejects. */
export async function runStep(
  step: Step,
  attempt: AttemptScope,
  signal: AbortSignal,
  leniency: Leniency = 'strict',
): Promise<StepEnd> {
  const { clock, replay } = attempt.services
  if (replay !== undefined) await replay.reach(step, signal)
  const startedAt = clock.now()
  const place = {
    scenario: attempt.order.scenario.id,
    attempt: attempt.order.attempt,
    step: step.id ?? step.path,
  }
  attempt.services.emit({
    type: 'step:started',
    ...place,
    verb: step.verb,
    title: step.name ?? wordsFor(step),
    span: step.span,
  })
  const inside: Inside = { asserted: false, failedAt: [] }
  const run: Nesting['run'] = (one, within, until) => runStep(one, within, until, leniency)
  const end = await judge(step, attempt, { signal, startedAt, leniency, nesting: { run, inside } })
  const { outcome, failure, further = [], result } = end
  attempt.services.emit({
    type: 'step:ended',
    ...place,
    verb: step.verb,
    outcome,
    ms: clock.now() - startedAt,
    ...(failure === undefined ? {} : { failure }),
    ...(result === undefined || step.as === undefined ? {} : { result }),
  })
  const asserted = inside.asserted || (outcome !== 'skipped' && isAssertion(step))
  const named = outcome === 'failed' && step.name !== undefined ? [step.name] : []
  const failedAt = [...inside.failedAt, ...named]
  return { outcome, further, asserted, failedAt, ...(failure === undefined ? {} : { failure }) }
}

/** `expect crd` for a step without a name. */
function wordsFor(step: Step): string {
  const { verb, input } = step
  const takes = definitionOf(step).takesSubject === true && isObject(input)
  const subject = takes ? Object.keys(subjects).find((name) => name in input) : undefined
  return subject === undefined ? verb : `${verb} ${subject}`
}

interface Judging extends Running {
  readonly leniency: Leniency
}

interface Judged {
  readonly outcome: StepEnd['outcome']
  readonly failure?: Failure
  readonly further?: readonly Failure[]
  readonly result?: Json | undefined
}

async function judge(step: Step, attempt: AttemptScope, running: Judging): Promise<Judged> {
  const limit = limitOf(step, attempt, running)
  try {
    limit.signal.throwIfAborted()
    if (step.if !== undefined && attempt.scope.resolve(step.if, `${step.path}.if`) !== true)
      return { outcome: 'skipped' }
    attempt.services.replay?.refuse(step)
    const result = await perform(step, attempt, { ...running, signal: limit.signal })
    if (step.as !== undefined) attempt.scope.store(step.as, result ?? null)
    return { outcome: 'passed', result }
  } catch (thrown) {
    const { replay } = attempt.services
    if (replay !== undefined && thrown instanceof NotRecorded)
      return unjudged(step, attempt, replay.instead(step, thrown))
    if (running.leniency === 'skip-not-set' && thrown instanceof Broken && thrown.code === 'NOT_SET') {
      tellSkipped(step, attempt, thrown)
      return { outcome: 'skipped' }
    }
    if (thrown instanceof NestedFailure) {
      const { failure, further } = thrown
      return { outcome: failure.outcome, failure, further }
    }
    const plain = toFailure(reasonOf(thrown, limit.signal), spanOf(attempt, step.path) ?? step.span)
    const failure = attempt.outages.blamed(plain)
    return { outcome: failure.outcome, failure }
  } finally {
    limit.release()
  }
}

/** What was left undone at the end, and why, is for the reader of the report. */
function tellSkipped(step: Step, { services, order }: AttemptScope, { message }: Broken): void {
  const why = message.replace(/^(\S+): not set$/, '$1 is not set')
  services.emit({
    type: 'note:written',
    ...{ scenario: order.scenario.id, attempt: order.attempt, step: step.id ?? step.path },
    text: `${step.name ?? wordsFor(step)} (${step.id ?? step.path}) was skipped: ${why}, since its step did not run`,
  })
}

/** A recording does not show whether it holds: what came of it then stands. */
function unjudged(step: Step, { scope }: AttemptScope, then: Instead): Judged {
  if (then.failure !== undefined) return { outcome: then.failure.outcome, failure: then.failure }
  if (step.as !== undefined) scope.store(step.as, then.result)
  return { outcome: 'skipped' }
}

/** What a library throws on an abort says less than the reason we aborted with. */
function reasonOf(thrown: unknown, signal: AbortSignal): unknown {
  const ours = thrown instanceof Failed || thrown instanceof Broken || thrown instanceof Cancelled
  return !ours && signal.aborted ? signal.reason : thrown
}

function limitOf(
  step: Step,
  attempt: AttemptScope,
  { signal }: Judging,
): { readonly signal: AbortSignal; release(): void } {
  const { timeoutMs } = step
  if (timeoutMs === undefined) return { signal, release: () => undefined }
  const own = abortWithin(signal)
  const message = `the step took longer than its timeout of ${formatDuration(timeoutMs)}`
  const cancel = attempt.services.clock.after(timeoutMs, () =>
    own.abort(new Failed({ code: 'STEP_TIMEOUT', message, span: step.span })),
  )
  const release = (): void => {
    cancel()
    own.release()
  }
  return { signal: own.signal, release }
}

async function perform(step: Step, attempt: AttemptScope, running: Judging): Promise<Json | undefined> {
  const { run } = definitionOf(step)
  const context = contextFor(step, attempt, running)
  if (step.verb === 'note') return run(noteOf(step, attempt, running), context)
  if (step.as !== undefined && attempt.moments.has(step.as)) context.mark(step.as, await metricsNow(context))
  return run(step.verb === 'set' ? step.input : inputOf(step, attempt), context)
}

function noteOf({ path, input }: Step, { scope }: AttemptScope, { leniency }: Judging): string {
  const show = leniency === 'strict' ? noteText : lenientNoteText
  return show(typeof input === 'string' ? input : '', (text) => scope.resolve(text, `${path}.note`))
}

/** Whether a step that ran says something of the gateway, by its verb or by the keys of its input. */
function isAssertion(step: Step): boolean {
  const { asserts } = definitionOf(step)
  if (typeof asserts === 'boolean') return asserts
  return isObject(step.input) && asserts.some((key) => key in (step.input as JsonObject))
}
