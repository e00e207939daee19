import { describeError } from '../../base/failure.ts'
import type { Box } from './box.ts'
import { enter, leave, realTime } from './globals.ts'

/** Node drains ticks and promises between two turns; a chain of immediates that no patch sees may need one turn more. */
const QUIET_TURNS = 2
/** How often the real time is looked at. */
const TURNS_BETWEEN_LOOKS = 512
/** So much real time at most counts from one look to the next: a machine that slept, or had others to serve, is no circle. */
const LOOK_WORTH_MS = 1000
/** Who has come on by so much virtual time goes in no circle either; a scenario's own limit ends what only dawdles. */
const PROGRESS_MS = 1000
const MOST_LAST_TURNS = 1000
/** While something outside is waited for, the loop turns at leisure. */
const LEISURE_MS = 1

/** Why a box does not get on. */
export type Stuck =
  /** Nothing is ready to run, and nothing waits for a time. */
  | { readonly why: 'deadlock' }
  /** It has not come on for so many real milliseconds. */
  | { readonly why: 'slow'; readonly realMs: number }
  /** Something in it threw where nobody catches. */
  | { readonly why: 'error'; readonly message: string }

export interface DriveOptions {
  /** How long it may take in real time to come on by a virtual second, without what it is locked for. */
  readonly realMs: number
  /** Told once; what it aborts may then come to an end in good order. */
  readonly onStuck: (stuck: Stuck) => void
}

/** It was stuck, was told so, and still did not come to an end. */
export class StillStuck extends Error {}

/**
 * Runs `work` in a box, to its end, moving time whenever all is quiet. One box at a time. Rejects as `work` does, or with
 * `StillStuck`.
 */
export async function drive<T>(box: Box, work: () => Promise<T>, options: DriveOptions): Promise<T> {
  enter(box)
  const driver = new Driver(box, options)
  try {
    const working = work()
    await Promise.race([driver.until(working), working])
    return await working
  } finally {
    driver.stop()
    await drained(box)
    box.close()
    leave(box)
  }
}

/** What was closed last still has its last words to say in its own box. */
async function drained(box: Box): Promise<void> {
  for (let quiet = 0, turns = 0; quiet < QUIET_TURNS && turns < MOST_LAST_TURNS; turns += 1) {
    await new Promise<void>((resolve) => realTime.immediate(resolve))
    quiet = box.isBusy ? 0 : quiet + 1
  }
}

class Driver {
  readonly #box: Box
  readonly #options: DriveOptions
  #lookedAt = realTime.now()
  /** Real time since it last came on. */
  #spentMs = 0
  /** Virtual time then. */
  #cameTo = 0
  #turns = 0
  #quiet = 0
  #told = false
  #done = false
  #fail: (error: unknown) => void = () => undefined

  constructor(box: Box, options: DriveOptions) {
    this.#box = box
    this.#options = options
  }

  /** Never resolves before the work has ended. */
  until(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fail = reject
      const end = (): void => {
        this.stop()
        resolve()
      }
      work.then(end, end)
      realTime.immediate(this.#turn)
    })
  }

  stop(): void {
    this.#done = true
  }

  readonly #turn = (): void => {
    if (this.#done) return
    const box = this.#box
    if (box.isBusy) this.#quiet = 0
    else if ((this.#quiet += 1) >= QUIET_TURNS) {
      this.#quiet = 0
      this.#step()
    }
    if (box.isHeld) {
      this.#lookedAt = realTime.now()
      realTime.after(LEISURE_MS, this.#turn)
      return
    }
    if ((this.#turns += 1) % TURNS_BETWEEN_LOOKS === 0) this.#look()
    realTime.immediate(this.#turn)
  }

  #step(): void {
    try {
      if (!this.#box.step()) this.#stuck({ why: 'deadlock' })
    } catch (error) {
      this.#stuck({ why: 'error', message: describeError(error) })
    }
  }

  #look(): void {
    const now = realTime.now()
    this.#spentMs += Math.min(now - this.#lookedAt, LOOK_WORTH_MS)
    this.#lookedAt = now
    const realMs = this.#spentMs
    const cameOn = this.#box.now - this.#cameTo >= PROGRESS_MS
    if (cameOn) this.#cameOn()
    if (cameOn || realMs <= this.#options.realMs) return
    // What is told to stop gets as long again.
    this.#cameOn()
    this.#stuck({ why: 'slow', realMs: Math.round(realMs) })
  }

  #cameOn(): void {
    this.#spentMs = 0
    this.#cameTo = this.#box.now
  }

  #stuck(stuck: Stuck): void {
    if (this.#told) {
      this.stop()
      this.#fail(new StillStuck(stuck.why))
      return
    }
    this.#told = true
    this.#options.onStuck(stuck)
  }
}
