import type { Clock } from '../base/clock.ts'

/** A clock whose timers run when the test lets its loop turn, however late that is. Begins at 1000 ms. */
export class LateClock {
  #now = 1000
  #timers: (() => void)[] = []

  readonly clock: Clock = {
    now: () => this.#now,
    wall: () => this.#now,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
    after: (_, then) => {
      this.#timers.push(then)
      return () => (this.#timers = this.#timers.filter((other) => other !== then))
    },
  }

  get waiting(): number {
    return this.#timers.length
  }

  /** Time goes on, and the loop does not come round. */
  pass(ms: number): void {
    this.#now += ms
  }

  /** The loop comes round after so many milliseconds. */
  turn(ms: number): void {
    this.pass(ms)
    for (const then of this.#timers.splice(0)) then()
  }
}
