import type { Clock } from '../base/clock.ts'
import { formatDuration } from '../base/duration.ts'
import type { Random } from '../base/random.ts'
import { TransportError } from '../http/transport-error.ts'
import { ApiError } from './api-error.ts'
import { Backoff } from './backoff.ts'

/** `always`: doing it twice is doing it once; `unprocessed`: only when the server certainly did nothing. */
export type Repeatable = 'always' | 'unprocessed'

export interface PersistOptions {
  readonly clock: Clock
  readonly random: Random
  /** No new try begins later than this after the first. */
  readonly limitMs: number
  readonly repeatable: Repeatable
  /** Credentials that are refused are renewed meanwhile. */
  readonly renews?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Tries again while the error is a passing one; then gives up with the last error, which tells how often it was tried. */
export async function persist<T>(
  attempt: (tries: number) => Promise<T>,
  options: PersistOptions,
): Promise<T> {
  const { clock, random, limitMs, signal } = options
  const startedAt = clock.now()
  const backoff = new Backoff({ random, firstMs: 100, mostMs: 2000 })
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(tries)
    } catch (error) {
      if (!isPassing(error, options)) throw error
      const waitMs = Math.max(retryAfterOf(error) ?? 0, backoff.next())
      const spentMs = clock.now() - startedAt
      if (spentMs + waitMs > limitMs) throw gaveUp(error, tries, spentMs)
      await clock.sleep(waitMs, signal)
    }
  }
}

function isPassing(error: unknown, { repeatable, renews = false }: PersistOptions): boolean {
  if (error instanceof TransportError)
    return error.kind !== 'tls' && (repeatable === 'always' || error.sent === false)
  if (!(error instanceof ApiError)) return false
  // The server refuses with 429 before it does anything.
  if (error.status === 401) return renews
  return error.status === 429 || (error.status >= 500 && repeatable === 'always')
}

function retryAfterOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.retryAfterMs : undefined
}

function gaveUp(error: unknown, tries: number, spentMs: number): unknown {
  if (tries === 1) return error
  const note = `gave up after ${tries} tries in ${formatDuration(Math.round(spentMs))}`
  if (error instanceof ApiError) return new ApiError({ ...error.details, note })
  return error instanceof TransportError ? new TransportError({ ...error.details, note }) : error
}
