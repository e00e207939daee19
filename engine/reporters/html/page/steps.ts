import type { Failure } from '../../../base/failure.ts'
import type { AttemptStory, StepStory, Wait } from '../model.ts'
import { h, place, type Child } from './dom.ts'
import { exchangeList } from './exchange.ts'
import { failureBlock } from './failure.ts'
import { duration, moment, valueText } from './format.ts'
import { folded, textBlock } from './parts.ts'
import { sourceBlock } from './source.ts'
import { stepExcerpt } from './source-lines.ts'
import { spokenMark } from './words.ts'

interface Around {
  readonly attempt: AttemptStory
  readonly sources: ReadonlyMap<string, string>
  /** Where what was cut off is drawn to. */
  readonly until: number
}

/** The steps of an attempt below each other, each with when it ran; what went wrong is open. */
export function stepList(around: Around): HTMLElement {
  return h(
    'ol',
    { class: 'steps' },
    ...around.attempt.steps.map((step) => h('li', {}, stepFold(step, around))),
  )
}

function stepFold(step: StepStory, around: Around): HTMLElement {
  const isAtFault = step.failure !== undefined && step.failure.outcome !== 'cancelled'
  const isInnermost = !around.attempt.steps.some(
    (other) => other.failure !== undefined && other.step.startsWith(`${step.step}/`),
  )
  const details = folded(titleOf(step, around), () => contentOf(step, around), {
    open: isAtFault && isInnermost,
    class: 'step',
  })
  details.style.setProperty('--depth', String(step.depth))
  return details
}

function titleOf(step: StepStory, { attempt, until }: Around): readonly Child[] {
  const { ending, title, verb, ms, kind } = step
  const name = title === '' || title === verb ? undefined : h('span', { class: 'name' }, title)
  return [
    spokenMark(ending),
    h('span', { class: 'verb' }, verb),
    name ?? h('span', { class: 'name dim' }, step.step),
    h('span', { class: 'gantt', 'aria-hidden': 'true' }, ...barsOf(step, attempt, until)),
    h('span', { class: 'ms' }, ms === undefined ? 'cut off' : duration(ms)),
    kind === 'window' ? h('span', { class: 'spoken' }, ', watched all the time') : undefined,
  ]
}

function barsOf(step: StepStory, attempt: AttemptStory, until: number): readonly HTMLElement[] {
  const end = attempt.to ?? until
  const whole = Math.max(1, end - attempt.from)
  const bar = (from: number, to: number, kind: string): HTMLElement => {
    const element = h('i', { class: `${kind} ${step.ending}` })
    place(element, (from - attempt.from) / whole, Math.max(0.006, (to - from) / whole))
    return element
  }
  const to = step.to ?? end
  const waitsFrom = step.kind === 'wait' ? step.from : step.waits[0]?.at
  if (step.kind === 'window') return [bar(step.from, to, 'window')]
  return waitsFrom === undefined
    ? [bar(step.from, to, 'work')]
    : [bar(step.from, waitsFrom, 'work'), bar(waitsFrom, to, 'wait')]
}

function contentOf(step: StepStory, { sources, attempt }: Around): readonly Child[] {
  const { span, failure, result, waits, exchanges, notes, from } = step
  const source = sources.get(span.file)
  const fault = failure?.span
  const excerpt = source === undefined ? undefined : stepExcerpt(source, span)
  const last = (excerpt?.first ?? 0) + (excerpt?.lines.length ?? 0) - 1
  const isInside =
    fault?.file === span.file && excerpt !== undefined && fault.line >= excerpt.first && fault.line <= last
  return [
    h('p', { class: 'dim where' }, `${step.step}, ${span.file}:${span.line}, began at ${moment(from)}`),
    excerpt === undefined ? undefined : sourceBlock(excerpt, isInside ? fault : undefined),
    failure === undefined ? undefined : failureBlock(inShort(failure, { attempt, isInside }), sources),
    waits.length === 0 ? undefined : waitList(waits),
    ...exchangeList(exchanges),
    notes.length === 0 ? undefined : h('ul', { class: 'notes' }, ...notes.map((note) => h('li', {}, note))),
    result === undefined
      ? undefined
      : folded(['what it stored'], () => [textBlock(valueText(result), 'value')]),
  ]
}

/** Without what is shown beside it: its lines, and all else where it is what its attempt failed by. */
function inShort(
  failure: Failure,
  { attempt, isInside }: { readonly attempt: AttemptStory; readonly isInside: boolean },
): Failure {
  const { span, outcome, code, message } = failure
  const said = attempt.failure?.message === message ? { outcome, code, message } : withoutSpan(failure)
  return span === undefined || isInside ? said : { ...said, span }
}

function withoutSpan({ span: _, ...rest }: Failure): Failure {
  return rest
}

function waitList(waits: readonly Wait[]): HTMLElement {
  return h(
    'ul',
    { class: 'waits' },
    ...waits.map(({ at, until, seen }) =>
      h(
        'li',
        {},
        h('span', { class: 'dim' }, `${moment(at)} `),
        `waited, until ${moment(until)} at the latest`,
        seen === undefined ? '' : `: ${seen}`,
      ),
    ),
  )
}
