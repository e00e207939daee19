import type { Failure, Outcome } from '../../base/failure.ts'
import type { Span } from '../../base/span.ts'
import type { PlannedScenario } from '../../events/event.ts'
import { failureOf, plannedOf, type RunState } from '../../events/run-state.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { unicodeSymbols } from '../symbols.ts'
import { failureBlock } from '../terminal/failure-block.ts'
import { rerunCommand } from '../terminal/rerun.ts'
import { escapeControls, renderLines } from '../text.ts'

/** What came of one planned scenario, also where the run or its log was cut off. */
export interface Story {
  readonly plan: PlannedScenario
  /** `unfinished`: it, or its log, was cut off. */
  readonly outcome: Outcome | 'unfinished'
  readonly ms: number
  readonly failure?: Failure
  /** Why it did not simply pass or fail. */
  readonly reason?: string
  /** Absent when it never began. */
  readonly record?: ScenarioRecord
  /** Where its file says what was not so; else where it begins. */
  readonly place: Pick<Span, 'file' | 'line' | 'col'>
}

/** Every planned scenario, in the order of the plan. */
export function storiesOf(state: RunState): readonly Story[] {
  return plannedOf(state).map((plan) => {
    const record = state.finished.get(plan.id) ?? state.running.get(plan.id)
    const outcome = record?.outcome ?? 'unfinished'
    const failure = record && failureOf(record)
    const reason = outcome === 'unfinished' ? cutOffReason(record) : record?.reason
    return {
      plan,
      outcome,
      ms: record?.ms ?? 0,
      ...(failure === undefined ? {} : { failure }),
      ...(reason === undefined ? {} : { reason }),
      ...(record === undefined ? {} : { record }),
      place: failure?.span ?? { file: plan.file, line: plan.line, col: 1 },
    }
  })
}

function cutOffReason(record: ScenarioRecord | undefined): string {
  const steps = record?.attempts.at(-1)?.steps
  if (steps === undefined) return 'not finished: it never began'
  const open = steps.findLast((step) => step.outcome === undefined)
  return open === undefined
    ? 'not finished: cut off between its steps'
    : `not finished: cut off in ${open.step} (${open.verb}), line ${open.span.line}`
}

/** One line that says why, safe to show. */
export function sentenceOf({ outcome, failure, reason }: Story): string {
  const said = failure === undefined ? reason : failure.message
  return escapeControls(said ?? outcome)
}

/** The same, with why it came to that outcome where both are known. */
export function fullSentenceOf(story: Story): string {
  const sentence = sentenceOf(story)
  const reason = escapeControls(story.reason ?? '')
  return sentence.includes(reason) ? sentence : `${sentence} (${reason})`
}

/** The block that a terminal shows of a failure, as plain text without anything that is obeyed; empty without one. */
export function blockTextOf({ record, plan }: Story, state: RunState): string {
  if (record === undefined) return ''
  const rerun = rerunCommand(plan, plannedOf(state), state.started)
  const sourceOf = (file: string): string | undefined => state.sources[file]
  return renderLines(
    failureBlock(record, { sourceOf, symbols: unicodeSymbols, rerun, columns: 100 }),
  ).trimEnd()
}

/** Why nothing could run, or the run as a whole is not to be trusted; empty when it is. */
export function troublesOf({ ended, problems, leftovers }: RunState): readonly Trouble[] {
  return [
    ...(ended?.internalError === undefined ? [] : [trouble('INTERNAL_ERROR', ended.internalError)]),
    ...(ended?.targetError === undefined ? [] : [trouble('TARGET_ERROR', ended.targetError.message)]),
    ...problems
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, span }) => trouble(code, `${span.file}:${span.line}:${span.col}: ${message}`)),
    ...leftovers.map(({ what, reason, command }) =>
      trouble('LEFT_BEHIND', `${what}: ${reason}; remove it with ${command}`),
    ),
  ]
}

export interface Trouble {
  readonly code: string
  readonly message: string
}

function trouble(code: string, message: string): Trouble {
  return { code, message: escapeControls(message) }
}
