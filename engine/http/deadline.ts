import { abortWithin } from '../base/abort.ts'
import type { Clock } from '../base/clock.ts'
import type { HttpHeaders } from './http.ts'
import { TransportError, type Sent } from './transport-error.ts'

/** What a deadline has to know of a request. */
export interface Limited {
  readonly method: string
  readonly url: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** The time limit of one request and the caller's signal in one. */
export interface Deadline {
  readonly signal: AbortSignal
  /** To be called when the request is over. */
  release(): void
}

/** The time limit ran out; only ever a cause. */
class TimeUp extends Error {}

export function deadlineOf(request: Limited, clock: Clock): Deadline {
  const stop = abortWithin(request.signal)
  const cancel = clock.after(request.timeoutMs, () => stop.abort(new TimeUp('time limit')))
  return {
    signal: stop.signal,
    release: () => {
      cancel()
      stop.release()
    },
  }
}

/** What to reject with after the deadline's signal fired: the caller's own reason, or the timeout. */
export function whyStopped(signal: AbortSignal, request: Limited, sent: Sent): Error {
  if (!(signal.reason instanceof TimeUp)) return signal.reason as Error
  const stage = sent === false ? ' (not even connected)' : ''
  const reason = `no complete reply within ${request.timeoutMs} ms${stage}`
  return new TransportError({ kind: 'timeout', sent, doing: nameOf(request), reason, cause: signal.reason })
}

/** `POST http://127.0.0.1:8080/alerts`: how messages name a request. */
export function nameOf(request: Limited): string {
  return `${request.method} ${request.url}`
}

/** The headers in the form that Node takes, with ours below the caller's. */
export function outgoing(headers: HttpHeaders = {}): Record<string, string | string[]> {
  const own = Object.entries(headers).map(([name, value]): [string, string | string[]] => [
    name.toLowerCase(),
    typeof value === 'string' ? value : [...value],
  ])
  return { 'user-agent': 'gwscen', 'accept-encoding': 'identity', ...Object.fromEntries(own) }
}
