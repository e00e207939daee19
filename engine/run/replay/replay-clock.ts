import { setImmediate } from 'node:timers/promises'
import { sleepBy, type Clock } from '../../base/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly then: () => void
}

/** Everything that is ready has run after so many turns of the loop: nothing here waits for the outside. */
const TURNS = 4

/** Time as it went when the recording was made, without waiting: it jumps to the next timer when nothing else is to do. */
export class ReplayClock implements Clock {
  readonly #epoch: number
  readonly #timers = new Set<Timer>()
  #now = 0
  #order = 0

  /** @param epoch Unix milliseconds at which the attempt began. */
  constructor(epoch: number) {
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
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Moves time until the work is done. Rejects when nothing is left that could end it. */
  async runUntil(work: Promise<void>): Promise<void> {
    const progress = { isDone: false }
    const done = work.finally(() => {
      progress.isDone = true
    })
    done.catch(() => undefined)
    for (;;) {
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate()
      if (progress.isDone) return done
      const next = this.#earliest()
      if (next === undefined) throw new Error('the replay waits for something that no timer ends')
      this.#timers.delete(next)
      this.#now = next.at
      next.then()
    }
  }

  #earliest(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers)
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer
    return first
  }
}
