import type { Span } from './span.ts'

/** How a scenario, an attempt or a step ended (`language.md`: outcomes). */
export type Outcome =
  'passed' | 'failed' | 'broken' | 'flaky' | 'skipped' | 'quarantined' | 'gap' | 'cancelled'

/** One field that is not what it should be. Values are JSON. */
export interface Mismatch {
  /** Dotted, from the value that was looked at. */
  readonly path: string
  readonly expected: string
  /** Absent in a log where nothing was there. */
  readonly actual?: unknown
}

/** Why a step did not pass, as plain data. */
export interface Failure {
  readonly outcome: 'failed' | 'broken' | 'cancelled'
  /** Stable and UPPER_CASE. */
  readonly code: string
  /** One sentence, lower case, without a full stop. */
  readonly message: string
  readonly span?: Span
  readonly mismatches?: readonly Mismatch[]
  /** Further lines for the report: the closest candidate, how often it was looked at, the last transport error. */
  readonly notes?: readonly string[]
  readonly cause?: string
}

export interface FailureDetails {
  readonly code: string
  readonly message: string
  readonly span?: Span | undefined
  readonly mismatches?: readonly Mismatch[]
  readonly notes?: readonly string[]
  readonly cause?: unknown
}

abstract class Stop extends Error {
  abstract readonly outcome: Failure['outcome']
  readonly code: string
  readonly details: FailureDetails

  constructor(details: FailureDetails) {
    super(details.message, { cause: details.cause })
    this.code = details.code
    this.details = details
  }
}

/** The gateway is wrong. */
export class Failed extends Stop {
  readonly outcome = 'failed'
}

/** We cannot tell: a forward, the API server or a thread let us down. */
export class Broken extends Stop {
  readonly outcome = 'broken'
}

/** The run was stopped from outside. */
export class Cancelled extends Stop {
  readonly outcome = 'cancelled'
}

/** Turns whatever was thrown into data, once, at the edge of a step. An unknown error is `broken`: it says nothing of the gateway. */
export function toFailure(thrown: unknown, span?: Span): Failure {
  if (!(thrown instanceof Stop)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return strip({
      outcome: 'broken',
      code: 'UNEXPECTED',
      message: `unexpected error: ${message}`,
      span,
      cause: thrown instanceof Error ? thrown.stack : undefined,
    })
  }
  const { code, message, mismatches, notes, cause } = thrown.details
  return strip({
    outcome: thrown.outcome,
    code,
    message,
    span: thrown.details.span ?? span,
    mismatches,
    notes,
    cause: cause === undefined ? undefined : describeError(cause),
  })
}

/** One line for an error and the errors that led to it, first cause last. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''
  const own = `${error.message}${error.message.includes(code.slice(2, -1)) ? '' : code}`
  return error.cause === undefined ? own : `${own}: ${describeError(error.cause)}`
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined }

/** Leaves out what is undefined, so that the result is JSON. */
function strip(failure: Loose<Failure>): Failure {
  return Object.fromEntries(
    Object.entries(failure).filter(([, value]) => value !== undefined),
  ) as unknown as Failure
}
