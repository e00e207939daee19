import type { Clock } from '../base/clock.ts'

/** How late a start shows is known a while after it: so much time lies between two of each thread at least. */
const APART_MS = 40
/** A loop that is no later than this keeps nobody waiting longer. */
const PROMPT_MS = 15
/** The next start waits so many times as long as the latest loop is late, … */
const PATIENCE = 7
/** … but never longer than this: all have their turn also on a machine that is always busy. */
const LONGEST_MS = 500

export interface PaceOptions {
  readonly clock: Clock
  readonly threads: number
  /** By how many milliseconds loops are late at the moment. */
  readonly lag: () => number
  /** Called once when a start that was refused may be tried again. */
  readonly onReady: () => void
}

/**
 * Lets attempts start one after the other, and slowly while the machine cannot keep up. Started all at once they would
 * get in each other's way, and what must come within a second of something else, such as two requests of one burst, would
 * come late.
 */
export class Pace {
  readonly #options: PaceOptions
  #lastStart = -Infinity
  #cancel: (() => void) | undefined

  constructor(options: PaceOptions) {
    this.#options = options
  }

  /** Whether an attempt may start now; if not, `onReady` tells when to ask again. */
  isOpen(): boolean {
    const { clock, onReady } = this.#options
    const wait = this.#lastStart + this.#apart() - clock.now()
    if (wait <= 0) return true
    this.#cancel ??= clock.after(wait, () => {
      this.#cancel = undefined
      onReady()
    })
    return false
  }

  #apart(): number {
    const { threads, lag } = this.#options
    const late = lag()
    return late <= PROMPT_MS ? APART_MS / threads : Math.min(LONGEST_MS, late * PATIENCE)
  }

  started(): void {
    this.#lastStart = this.#options.clock.now()
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
