import type { Clock } from '../base/clock.ts'
import type { Span } from '../base/span.ts'
import type { EventBody } from '../events/event.ts'
import type { LedgerEntry } from '../gateway/description.ts'
import { BODY_KEPT } from './exchange-limits.ts'
import type { SignalsSent } from './protocol.ts'

/** A step that has begun and not ended. */
export interface OpenStep {
  readonly step: string
  readonly verb: string
  readonly span: Span
}

/** What the host knows of an attempt whose thread may be lost. */
export interface Known {
  readonly startedAt: number
  /** Outermost first; in `together` several side by side. */
  readonly open: readonly OpenStep[]
  /** What it has sent to the gateway, with the replies; status 0 where none was seen. */
  readonly signals: readonly LedgerEntry[]
}

interface Growing extends Known {
  open: OpenStep[]
  readonly signals: LedgerEntry[]
}

/** Kept of attempts in flight, from their events: what they do at the moment, and what must be removed after them. */
export class InFlight {
  readonly #clock: Clock
  readonly #attempts = new Map<string, Growing>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  on(event: EventBody): void {
    if (event.type === 'scenario:started') this.#begin(event)
    else if (event.type === 'attempt:ended') this.#attempts.delete(keyOf(event))
    else if (event.type === 'step:started') this.#of(event)?.open.push(event)
    else if (event.type === 'step:ended') this.#endStep(event)
    else if (event.type === 'exchange:seen') this.#keepReply(event)
  }

  sending({ scenario, attempt, signals }: SignalsSent): void {
    const own = this.#of({ scenario, attempt })
    for (const request of signals)
      own?.signals.push({ request, status: 0, body: null, wall: this.#clock.wall() })
  }

  /** Undefined when it has told nothing yet. */
  of(scenario: string, attempt: number): Known | undefined {
    return this.#attempts.get(keyOf({ scenario, attempt }))
  }

  #of(place: Place): Growing | undefined {
    return this.#attempts.get(keyOf(place))
  }

  #begin(event: Extract<EventBody, { type: 'scenario:started' }>): void {
    this.#attempts.set(keyOf(event), { startedAt: this.#clock.now(), open: [], signals: [] })
  }

  #endStep(event: Extract<EventBody, { type: 'step:ended' }>): void {
    const own = this.#of(event)
    const index = own?.open.findLastIndex(({ step }) => step === event.step) ?? -1
    if (index !== -1) own?.open.splice(index, 1)
  }

  /** The reply to the first of the same signals that has none. */
  #keepReply(event: Extract<EventBody, { type: 'exchange:seen' }>): void {
    const { path, status, requestBody = '', body = '' } = event.exchange
    const signals = this.#of(event)?.signals ?? []
    const index = signals.findIndex(
      (one) =>
        one.status === 0 && one.request.path === path && one.request.body.slice(0, BODY_KEPT) === requestBody,
    )
    const sent = signals[index]
    if (sent === undefined || status === undefined) return
    signals[index] = { ...sent, status, body: parsed(body), wall: this.#clock.wall() }
  }
}

interface Place {
  readonly scenario: string
  readonly attempt: number
}

function keyOf({ scenario, attempt }: Place): string {
  return `${scenario}#${attempt}`
}

function parsed(text: string): LedgerEntry['body'] {
  try {
    return JSON.parse(text) as LedgerEntry['body']
  } catch {
    return text
  }
}
