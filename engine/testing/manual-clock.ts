import { sleepBy, type Clock } from '../base/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly then: () => void
}

/** A clock that stands still until `advance` moves it; timers run in order of their time, ties in order of making. */
export class ManualClock implements Clock {
  #now = 0
  #order = 0
  #timers: Timer[] = []
  readonly #epoch: number

  constructor(epoch = Date.UTC(2025, 10, 24, 12, 0, 0)) {
    this.#epoch = epoch
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#epoch + this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepBy((delay, then) => this.after(delay, then), ms, signal)
  }

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), order: this.#order++, then }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length
  }

  /** Moves time by `ms`, running each timer that falls due and everything it leads to before the next one. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#earliest(end); next !== undefined; next = this.#earliest(end)) {
      const due = next
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#now = due.at
      due.then()
      await settle()
    }
    this.#now = end
  }

  #earliest(end: number): Timer | undefined {
    return this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

/** Lets everything that is ready run: promises, ticks and immediates. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
