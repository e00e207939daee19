import type { Failure, Outcome } from '../base/failure.ts'
import type { Problem } from '../base/problem.ts'
import type { EventOf, Kept, Leftover, PlannedScenario } from './event.ts'
import { Finished } from './finished.ts'
import type { ScenarioRecord } from './scenario-record.ts'

/** What is known of a thread and of its forwards. */
export interface ThreadRecord {
  readonly thread: number
  readonly forwards: EventOf<'thread:ready'>['forwards']
  /** Why it is gone; absent while it works. */
  readonly lost?: string
}

/**
 * All that has come of a run so far; made from events alone, so a log gives the same state as the run did.
 * Running and finished scenarios are kept apart, so that an event of a step copies a few lanes and not the whole suite.
 */
export interface RunState {
  readonly started?: EventOf<'run:started'>
  /** File → its text when the run began. */
  readonly sources: Readonly<Record<string, string>>
  readonly running: ReadonlyMap<string, ScenarioRecord>
  /** In the order in which they ended. */
  readonly finished: Finished
  readonly counts: Readonly<Record<Outcome, number>>
  readonly threads: ReadonlyMap<number, ThreadRecord>
  readonly leftovers: readonly Leftover[]
  /** Left on purpose. */
  readonly kept: readonly Kept[]
  readonly problems: readonly Problem[]
  readonly interrupted?: Pick<EventOf<'run:interrupted'>, 'signal' | 'times'>
  readonly ended?: EventOf<'run:ended'>
}

export const initialState: RunState = {
  sources: {},
  running: new Map(),
  finished: Finished.of(),
  counts: {
    passed: 0,
    failed: 0,
    broken: 0,
    flaky: 0,
    skipped: 0,
    quarantined: 0,
    gap: 0,
    cancelled: 0,
  },
  threads: new Map(),
  leftovers: [],
  kept: [],
  problems: [],
}

export function plannedOf(state: RunState): readonly PlannedScenario[] {
  return state.started?.scenarios ?? []
}

/** Planned scenarios that have not ended: waiting, running, or cut off when the run stopped. */
export function unfinishedOf(state: RunState): readonly PlannedScenario[] {
  return plannedOf(state).filter(({ id }) => state.finished.get(id) === undefined)
}

/** The failure that stands for a scenario: its own, else the one of its last attempt that has one. */
export function failureOf(record: ScenarioRecord): Failure | undefined {
  return record.failure ?? record.attempts.findLast((attempt) => attempt.failure !== undefined)?.failure
}
