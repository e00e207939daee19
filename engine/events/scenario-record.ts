import type { Failure, Outcome } from '../base/failure.ts'
import { StepList } from './step-list.ts'
import type { EventOf, Exchange, PlannedScenario } from './event.ts'

/** A step that was begun. */
export interface StepRecord {
  readonly step: string
  readonly verb: string
  readonly title: string
  readonly span: EventOf<'step:started'>['span']
  readonly startedAt: number
  /** When it stops waiting at the latest, and what it saw last; absent while it does not wait. */
  readonly waiting?: { readonly until: number; readonly seen?: string }
  readonly outcome?: EventOf<'step:ended'>['outcome']
  readonly ms?: number
}

export type Diagnostics = Pick<
  EventOf<'diagnostics:collected'>,
  'gatewayLog' | 'logLinesLeftOut' | 'kubernetes' | 'missing'
>

export interface AttemptRecord {
  readonly attempt: number
  readonly thread: number
  readonly lane: number
  readonly namespaces: Readonly<Record<string, string>>
  readonly startedAt: number
  /** Kept for the latest attempt only. */
  readonly steps: StepList<StepRecord>
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
  readonly lastExchange?: { readonly step: string; readonly exchange: Exchange }
  /** What the gateway and the cluster said of it; only where it did not pass. */
  readonly diagnostics?: Diagnostics
  /** Waits until somebody has looked at what it left. */
  readonly paused?: boolean
  /** Absent while it runs. */
  readonly outcome?: EventOf<'attempt:ended'>['outcome']
  readonly ms?: number
  readonly failure?: Failure
  readonly further?: readonly Failure[]
}

export interface ScenarioRecord {
  readonly plan: PlannedScenario
  readonly attempts: readonly AttemptRecord[]
  /** Absent while it runs. */
  readonly outcome?: Outcome
  readonly ms?: number
  readonly failure?: Failure
  readonly reason?: string
}

export function startAttempt(record: ScenarioRecord, event: EventOf<'scenario:started'>): ScenarioRecord {
  const { attempt, thread, lane, namespaces, at } = event
  const earlier = record.attempts.map((other) => ({ ...other, steps: StepList.empty }))
  const begun = {
    attempt,
    thread,
    lane,
    namespaces,
    startedAt: at,
    steps: StepList.empty,
    notes: [],
    warnings: [],
  }
  return { ...record, attempts: [...earlier, begun] }
}

export function startStep(attempt: AttemptRecord, event: EventOf<'step:started'>): AttemptRecord {
  const { step, verb, title, span, at } = event
  return { ...attempt, steps: attempt.steps.with({ step, verb, title, span, startedAt: at }) }
}

export function waitStep(attempt: AttemptRecord, event: EventOf<'step:waiting'>): AttemptRecord {
  const { at, ms, seen } = event
  const waiting = { until: at + ms, ...(seen === undefined ? {} : { seen }) }
  return changeOpen(attempt, event.step, (open) => ({ ...open, waiting }))
}

/** Ends the latest step of that path which is still open. */
export function endStep(attempt: AttemptRecord, event: EventOf<'step:ended'>): AttemptRecord {
  return changeOpen(attempt, event.step, ({ waiting: _, ...open }) => ({
    ...open,
    outcome: event.outcome,
    ms: event.ms,
  }))
}

function changeOpen(
  attempt: AttemptRecord,
  step: string,
  change: (open: StepRecord) => StepRecord,
): AttemptRecord {
  const steps = attempt.steps.changed((one) => one.step === step && one.outcome === undefined, change)
  return steps === attempt.steps ? attempt : { ...attempt, steps }
}

export function endAttempt(attempt: AttemptRecord, event: EventOf<'attempt:ended'>): AttemptRecord {
  const { outcome, ms, failure, further } = event
  return {
    ...attempt,
    outcome,
    ms,
    ...(failure === undefined ? {} : { failure }),
    ...(further === undefined ? {} : { further }),
  }
}

export function endScenario(record: ScenarioRecord, event: EventOf<'scenario:ended'>): ScenarioRecord {
  const { outcome, ms, failure, reason } = event
  return {
    ...record,
    outcome,
    ms,
    ...(failure === undefined ? {} : { failure }),
    ...(reason === undefined ? {} : { reason }),
  }
}
