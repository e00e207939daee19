import type { Failure, Outcome } from '../base/failure.ts'
import type { KnownGap, Scenario } from '../scenario/scenario.ts'

export interface AttemptEnd {
  readonly attempt: number
  readonly outcome: 'passed' | 'failed' | 'broken' | 'cancelled' | 'skipped'
  readonly ms: number
  readonly failure?: Failure
  /** Names of the steps that failed, innermost first. */
  readonly failedAt?: readonly string[]
}

/** What a verdict depends on beside the scenario. */
export interface Circumstances {
  /** `2025-11-24`. */
  readonly today: string
  /** Of the gateway that was tested; `unknown` where nobody can tell. */
  readonly version?: string
}

export type Verdict =
  | { readonly again: true }
  | { readonly again: false; readonly outcome: Outcome; readonly failure?: Failure; readonly reason?: string }

/** Whether to run a scenario again after its attempts so far, and if not, how it ended. */
export function verdict(
  scenario: Scenario,
  ends: readonly AttemptEnd[],
  { today, version }: Circumstances,
): Verdict {
  const last = ends.at(-1)
  if (last === undefined) return { again: true }
  const asDeclared = gapVerdict(scenario.knownGap, last, version)
  if (asDeclared !== undefined) return forgiven(asDeclared, scenario, today)
  const failed = ends.filter(({ outcome }) => outcome === 'failed')
  const broken = ends.filter(({ outcome }) => outcome === 'broken')
  if (last.outcome === 'broken' && broken.length === 1 && !isLasting(last)) return { again: true }
  if (last.outcome === 'failed' && failed.length <= scenario.retries) return { again: true }
  if (last.outcome === 'passed' && failed.length > 0)
    return { again: false, outcome: 'flaky', ...failureOf(failed[0]), reason: flakyText(failed, last) }
  if (isBad(last) && isQuarantined(scenario, today)) {
    return { again: false, outcome: 'quarantined', ...failureOf(last), reason: quarantineText(scenario) }
  }
  const reason = reasonFor(scenario, last) ?? gapElsewhere(scenario.knownGap, last, version)
  return {
    again: false,
    outcome: last.outcome,
    ...failureOf(last),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** A quarantine promises that nothing fails the run, a gap that is closed neither. */
function forgiven(declared: Verdict, scenario: Scenario, today: string): Verdict {
  if (declared.again || declared.outcome !== 'failed' || !isQuarantined(scenario, today)) return declared
  return { ...declared, outcome: 'quarantined', reason: quarantineText(scenario) }
}

/** What a reader should know: a gap that is declared says nothing where nobody can tell the version. */
export function gapWarning({ knownGap }: Scenario, version: string | undefined): string | undefined {
  if (knownGap === undefined || version !== 'unknown') return undefined
  return 'KNOWN_GAP_IGNORED: nobody can tell the version of the gateway, so knownGap says nothing here'
}

/** On a version with a known gap a scenario fails as declared, or the gap is closed. */
function gapVerdict(
  gap: KnownGap | undefined,
  { outcome, failure, failedAt = [] }: AttemptEnd,
  version: string | undefined,
): Verdict | undefined {
  if (gap === undefined || version === undefined || !gap.on.includes(version)) return undefined
  const isThere = gap.step === undefined || failedAt.includes(gap.step)
  if (outcome === 'failed' && isThere) {
    const why = gap.reason === undefined ? '' : `: ${gap.reason}`
    const reason = `known gap ${gap.defect} of ${version}${why}`
    return { again: false, outcome: 'gap', reason, ...(failure === undefined ? {} : { failure }) }
  }
  if (outcome === 'passed' && !gap.sometimes) {
    const message = `the gap is closed, remove the marker: it passes on ${version}, where ${gap.defect} was to make it fail`
    return { again: false, outcome: 'failed', failure: { outcome: 'failed', code: 'GAP_CLOSED', message } }
  }
  return undefined
}

/** Why a failure on a version with a known gap is not that gap. */
function gapElsewhere(
  gap: KnownGap | undefined,
  { outcome, failedAt = [] }: AttemptEnd,
  version: string | undefined,
): string | undefined {
  if (gap?.step === undefined || version === undefined || !gap.on.includes(version)) return undefined
  if (outcome !== 'failed') return undefined
  const [where] = failedAt
  const found = where === undefined ? 'another step' : `the step "${where}"`
  return `the known gap ${gap.defect} is at the step "${gap.step}", and it failed at ${found}`
}

/** Whether it says that the gateway is wrong, or that nobody can tell: a quarantine promises that neither counts. */
function isBad({ outcome }: AttemptEnd): boolean {
  return outcome === 'failed' || outcome === 'broken'
}

/** What the files of the scenario or the target decide alone, so that another attempt would end the same way. */
const LASTING: ReadonlySet<string | undefined> = new Set([
  ...['NOT_SET', 'ENV', 'NO_KEY', 'NO_SUBJECT', 'NO_SUCH_TEMPLATE', 'NO_GATEWAY', 'NOTHING_CHECKED'],
  ...['NO_NAMESPACE', 'FOREIGN_KEY', 'FOREIGN_NAMESPACE', 'KIND_NOT_ALLOWED', 'NEEDS_EXCLUSIVE', 'NO_FAULT'],
])

function isLasting({ failure }: AttemptEnd): boolean {
  return LASTING.has(failure?.code)
}

function failureOf(end: AttemptEnd | undefined): { readonly failure?: Failure } {
  return end?.failure === undefined ? {} : { failure: end.failure }
}

function isQuarantined({ quarantine }: Scenario, today: string): boolean {
  return quarantine !== undefined && today <= quarantine.until
}

/** Why an attempt that decides alone ended so, where the failure does not tell. */
function reasonFor({ skip, quarantine }: Scenario, last: AttemptEnd): string | undefined {
  if (last.outcome === 'skipped') return skip?.reason
  if (!isBad(last) || quarantine === undefined) return undefined
  return `the quarantine by ${quarantine.owner} ended on ${quarantine.until}: ${quarantine.issue}`
}

function flakyText(failed: readonly AttemptEnd[], last: AttemptEnd): string {
  return `failed in attempt ${failed.map(({ attempt }) => attempt).join(' and ')}, passed in attempt ${last.attempt}`
}

function quarantineText({ quarantine }: Scenario): string {
  return quarantine === undefined
    ? ''
    : `quarantined by ${quarantine.owner} until ${quarantine.until}: ${quarantine.issue}`
}
