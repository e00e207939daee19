import type { Failure } from '../base/failure.ts'
import type { EventBody, ForwardInfo } from '../events/event.ts'

/** An attempt that stops where it is. */
export interface Pause {
  readonly scenario: string
  readonly attempt: number
  readonly failure: Failure
  /** Ways to what it was about, which stay open meanwhile. */
  readonly forwards: readonly ForwardInfo[]
}

type Paused = Pick<Pause, 'scenario' | 'attempt'>

/** The attempts of a thread that wait until somebody has looked at what they left. */
export class Pauses {
  readonly #emit: (event: EventBody) => void
  readonly #waiting = new Map<string, () => void>()

  constructor(emit: (event: EventBody) => void) {
    this.#emit = emit
  }

  /** Resolves when it is told to go on, or when the signal is aborted. */
  async begin(pause: Pause, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const key = keyOf(pause)
    await new Promise<void>((resolve) => {
      this.#waiting.set(key, resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
      this.#emit({ type: 'attempt:paused', ...pause })
    })
    this.#waiting.delete(key)
    this.#emit({ type: 'attempt:resumed', scenario: pause.scenario, attempt: pause.attempt })
  }

  /** Nothing happens when it does not wait here. */
  resume(which: Paused): void {
    this.#waiting.get(keyOf(which))?.()
  }
}

function keyOf({ scenario, attempt }: Paused): string {
  return `${scenario}#${attempt}`
}
