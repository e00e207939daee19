import type { Clock } from '../base/clock.ts'

/** Windows and lives in scenarios last seconds; a shorter one makes no difference to them. */
const STALL_MS = 500
const LOOK_MS = 100

/** A loop did not turn, because the machine had too much else to do, or slept. */
export interface Stall {
  /** Unix milliseconds. */
  readonly endedAt: number
  readonly ms: number
}

/** The last stall of the main thread, which serves the embedded target: its end, and how long it took. 0, 0 before the first. */
export type StallWords = BigInt64Array

export function stallWords(): StallWords {
  return new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT))
}

/** Tells of each stall of this thread's loop, before anything that came in meanwhile; the returned function ends that. */
function watchLoop(clock: Clock, onStall: (stall: Stall) => void): () => void {
  let cancel = (): void => undefined
  const lookAgain = (): void => {
    const due = clock.now() + LOOK_MS
    cancel = clock.after(LOOK_MS, () => {
      const ms = clock.now() - due
      if (ms >= STALL_MS) onStall({ endedAt: clock.wall(), ms })
      lookAgain()
    })
  }
  lookAgain()
  return () => cancel()
}

/** In the main thread: its stalls are known to all threads from now on, whether their loops turn or not. */
export function shareStalls(clock: Clock, words: StallWords): () => void {
  return watchLoop(clock, ({ endedAt, ms }) => {
    Atomics.store(words, 1, BigInt(Math.round(ms)))
    Atomics.store(words, 0, BigInt(Math.round(endedAt)))
  })
}

/** In a thread: its own stalls and those of the main thread. */
export class Stalls {
  readonly #words: StallWords
  readonly #stop: () => void
  #own: Stall = { endedAt: 0, ms: 0 }

  constructor(clock: Clock, words: StallWords) {
    this.#words = words
    this.#stop = watchLoop(clock, (stall) => (this.#own = stall))
  }

  /** The longer one of those that ended last in either thread, if it ended after this moment, in Unix milliseconds. */
  since(moment: number): Stall | undefined {
    const main = { endedAt: Number(Atomics.load(this.#words, 0)), ms: Number(Atomics.load(this.#words, 1)) }
    return [this.#own, main].filter(({ endedAt }) => endedAt > moment).sort((a, b) => b.ms - a.ms)[0]
  }

  close(): void {
    this.#stop()
  }
}
