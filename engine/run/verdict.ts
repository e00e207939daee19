import type { Failure, Outcome } from '../base/failure.ts'
import type { Scenario } from '../scenario/scenario.ts'

export interface AttemptEnd {
  readonly attempt: number
  readonly outcome: 'passed' | 'failed' | 'broken' | 'cancelled' | 'skipped'
  readonly ms: number
  readonly failure?: Failure
}

export type Verdict =
  | { readonly again: true }
  | { readonly again: false; readonly outcome: Outcome; readonly failure?: Failure; readonly reason?: string }

/** Whether to run a scenario again after its attempts so far, and if not, how it ended. */
export function verdict(scenario: Scenario, ends: readonly AttemptEnd[], today: string): Verdict {
  const last = ends.at(-1)
  if (last === undefined) return { again: true }
  const failed = ends.filter(({ outcome }) => outcome === 'failed')
  const broken = ends.filter(({ outcome }) => outcome === 'broken')
  if (last.outcome === 'broken' && broken.length === 1) return { again: true }
  if (last.outcome === 'failed' && failed.length <= scenario.retries) return { again: true }
  if (last.outcome === 'passed' && failed.length > 0)
    return { again: false, outcome: 'flaky', ...failureOf(failed[0]) }
  if (last.outcome === 'failed' && isQuarantined(scenario, today)) {
    return { again: false, outcome: 'quarantined', ...failureOf(last), reason: quarantineText(scenario) }
  }
  const skipped = last.outcome === 'skipped' && scenario.skip !== undefined
  return {
    again: false,
    outcome: last.outcome,
    ...failureOf(last),
    ...(skipped ? { reason: scenario.skip.reason } : {}),
  }
}

function failureOf(end: AttemptEnd | undefined): { readonly failure?: Failure } {
  return end?.failure === undefined ? {} : { failure: end.failure }
}

function isQuarantined({ quarantine }: Scenario, today: string): boolean {
  return quarantine !== undefined && today <= quarantine.until
}

function quarantineText({ quarantine }: Scenario): string {
  return quarantine === undefined
    ? ''
    : `quarantined by ${quarantine.owner} until ${quarantine.until}: ${quarantine.issue}`
}
