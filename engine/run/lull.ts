import type { Clock } from '../base/clock.ts'

/** Before the next attempt starts on a lane, the host has to be asked. */
const QUIET_MS = 100
const LONGEST_MS = 5000

/**
 * Whether the attempts of a thread are at their steps. What takes a cluster long and nobody waits for, such as the
 * removal of namespaces, is best begun when they are not: a cluster that deletes answers slowly.
 */
export class Lull {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #busy = 0
  #cancel: () => void = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  enter(): void {
    this.#busy += 1
    this.#cancel()
  }

  leave(): void {
    this.#busy -= 1
    if (this.#busy === 0) this.#cancel = this.#clock.after(QUIET_MS, () => this.#release())
  }

  /** Resolves when no attempt is at its steps, after five seconds in any case. */
  async comes(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', done)
        this.#waiting.delete(done)
        resolve()
      }
      const cancel = this.#clock.after(this.#busy === 0 ? QUIET_MS : LONGEST_MS, done)
      signal.addEventListener('abort', done, { once: true })
      this.#waiting.add(done)
    })
  }

  #release(): void {
    for (const done of [...this.#waiting]) done()
  }
}
