import type { Clock } from '../../base/clock.ts'
import type { ApiRequest } from './api-request.ts'
import { StatusError } from './status-error.ts'

/** What a fault does to a request. Several may be combined; the delay comes first. */
export interface Intervention {
  readonly delayMs?: number
  /** Answered instead of doing what was asked; ends a watch that is already open by an ERROR event. */
  readonly refuse?: Refusal
  /** Resets the connection before the request is done, or after it in place of the reply. Cuts open streams. */
  readonly drop?: 'request' | 'reply'
  /** Lets a watch or a port-forward begin, and cuts it after this long. */
  readonly cutAfterMs?: number
  /** Keeps a watch open that says nothing more, as over a connection that died without a word. */
  readonly freeze?: boolean
}

export interface Refusal {
  readonly code: 408 | 410 | 429 | 500 | 502 | 503 | 504
  readonly message?: string
  /** Sent as Retry-After; clients of client-go then repeat the request themselves. */
  readonly retryAfterSeconds?: number
}

/** Looks at each request to a resource, and at each open watch and forward when the rule is put in place. */
export type InterceptRule = (request: ApiRequest) => Intervention | undefined

/** A watch or a port-forward that is open. */
export interface OpenStream {
  readonly request: ApiRequest
  readonly end: (error?: StatusError) => void
  readonly cut: () => void
  readonly freeze?: () => void
}

/** Thrown to reset the connection. */
export class Dropped extends Error {}

const REASONS: Readonly<Record<Refusal['code'], readonly [reason: string, message: string]>> = {
  408: ['Timeout', 'the request timed out'],
  410: ['Expired', 'the requested resource version is too old'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'an error on the server has prevented the request from succeeding'],
  502: ['InternalError', 'the server reached an unexpected end of the connection behind it'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted'],
}

/** The rules in force, and the streams they may cut. */
export class Interception {
  readonly #clock: Clock
  readonly #rules = new Set<InterceptRule>()
  readonly #streams = new Set<OpenStream>()
  readonly #cuts = new Map<OpenStream, () => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Puts a rule in place; the returned function takes it away. */
  add(rule: InterceptRule): () => void {
    this.#rules.add(rule)
    for (const stream of [...this.#streams]) {
      const intervention = rule(stream.request)
      if (intervention?.refuse !== undefined) stream.end(statusOf(intervention.refuse))
      else if (intervention?.drop !== undefined) stream.cut()
      else this.#disturb(stream, intervention ?? {})
    }
    return () => this.#rules.delete(rule)
  }

  /** Whether no rule is in force. */
  get isIdle(): boolean {
    return this.#rules.size === 0
  }

  /** Delays, refuses or drops a request before it is done; returns what is left to be done to its reply or stream. */
  async meet(request: ApiRequest, signal: AbortSignal): Promise<Intervention> {
    let left: Intervention = {}
    for (const rule of [...this.#rules]) {
      const intervention = rule(request)
      if (intervention === undefined) continue
      if (intervention.delayMs !== undefined) await this.#clock.sleep(intervention.delayMs, signal)
      if (intervention.refuse !== undefined) throw statusOf(intervention.refuse)
      if (intervention.drop === 'request') throw new Dropped('a fault dropped the request')
      left = { ...left, ...intervention }
    }
    return left
  }

  /** Keeps an open stream within reach of the rules; the returned function lets it go. */
  open(stream: OpenStream, intervention: Intervention): () => void {
    this.#streams.add(stream)
    this.#disturb(stream, intervention)
    return () => {
      this.#streams.delete(stream)
      this.#cuts.get(stream)?.()
      this.#cuts.delete(stream)
    }
  }

  /** Cuts every stream, for the end of the server. */
  close(): void {
    for (const stream of [...this.#streams]) stream.cut()
  }

  #disturb(stream: OpenStream, { cutAfterMs, freeze }: Intervention): void {
    if (freeze === true) stream.freeze?.()
    if (cutAfterMs !== undefined) this.#cutLater(stream, cutAfterMs)
  }

  #cutLater(stream: OpenStream, ms: number): void {
    this.#cuts.get(stream)?.()
    this.#cuts.set(stream, this.#clock.after(ms, stream.cut))
  }
}

function statusOf({ code, message, retryAfterSeconds }: Refusal): StatusError {
  const [reason, usual] = REASONS[code]
  const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return new StatusError(code, reason, message ?? usual, details)
}
