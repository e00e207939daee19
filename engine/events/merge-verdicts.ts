import type { Outcome } from '../base/failure.ts'
import type { Event, EventOf } from './event.ts'
import { startOf } from './merge-runs.ts'

type Ended = EventOf<'scenario:ended'>

/** What several runs came to about one scenario. */
export interface Verdict {
  readonly scenario: string
  /** In the order of the runs. */
  readonly ends: readonly { readonly run: string; readonly outcome: Outcome }[]
  /** The one that counts. */
  readonly decisive: Ended
  /** What it says in the light of the others. */
  readonly said: Partial<Pick<Ended, 'outcome' | 'reason' | 'failure'>> & Pick<Ended, 'attempts'>
  /** Whether nobody could tell in the end. */
  readonly isOpen: boolean
}

/** Scenario → verdict, of logs in the order of their runs. */
export function finalVerdicts(logs: readonly (readonly Event[])[]): ReadonlyMap<string, Verdict> {
  const ends = new Map<string, EndInRun[]>()
  for (const log of logs) {
    const run = startOf(log)?.run ?? 'unknown'
    for (const event of log) {
      if (event.type !== 'scenario:ended') continue
      const known = ends.get(event.scenario)
      if (known === undefined) ends.set(event.scenario, [{ run, end: event }])
      else known.push({ run, end: event })
    }
  }
  return new Map([...ends].map(([scenario, all]) => [scenario, verdictOf(scenario, all)]))
}

interface EndInRun {
  readonly run: string
  readonly end: Ended
}

/** A run that was stopped, or could not run it, takes nothing back. */
function verdictOf(scenario: string, all: readonly EndInRun[]): Verdict {
  const decided = all.filter(({ end }) => end.outcome !== 'cancelled' && end.outcome !== 'skipped')
  const counted = decided.length === 0 ? all : decided
  const last = counted.at(-1)
  if (last === undefined) throw new Error(`${scenario} has no end`)
  const { end } = last
  const failed = counted.find((one) => one.end.outcome === 'failed' || one.end.outcome === 'flaky')
  const isFlaky = end.outcome === 'passed' && failed !== undefined
  const failure = isFlaky ? failed.end.failure : undefined
  const reason = [end.reason, counted.length > 1 ? historyOf(counted) : undefined].filter(Boolean).join('; ')
  return {
    scenario,
    ends: all.map((one) => ({ run: one.run, outcome: one.end.outcome })),
    decisive: end,
    said: {
      attempts: all.reduce((sum, one) => sum + one.end.attempts, 0),
      ...(isFlaky ? { outcome: 'flaky' } : {}),
      ...(failure === undefined ? {} : { failure }),
      ...(reason === '' ? {} : { reason }),
    },
    isOpen: end.outcome === 'cancelled',
  }
}

/** `failed in run ab12, passed in run cd34`. */
function historyOf(ends: readonly EndInRun[]): string {
  return ends.map(({ run, end }) => `${end.outcome} in run ${run}`).join(', ')
}
