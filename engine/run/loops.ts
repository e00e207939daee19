import type { Clock } from '../base/clock.ts'

/** Windows and lives in scenarios last seconds; a shorter one makes no difference to them. */
const STALL_MS = 500
const LOOK_MS = 50
/** What is left of an earlier look's lag in the next: one quick turn does not say that the work is done. */
const REMEMBERED = 0.7
const STALL_WORDS = 2

/** A loop did not turn, because the machine had too much else to do, or slept. */
export interface Stall {
  /** Unix milliseconds. */
  readonly endedAt: number
  readonly ms: number
}

/**
 * How late loops are, known to all threads whether their loops turn or not: the last stall of the main thread, which
 * serves the embedded target (its end, and how long it took; 0, 0 before the first), then the lag of the main thread
 * and of each other one, in milliseconds.
 */
export type LoopWords = BigInt64Array

/** Whose loop it is: a thread, from 0. */
type Loop = number | 'main'

export function loopWords(threads: number): LoopWords {
  const words = STALL_WORDS + 1 + threads
  return new BigInt64Array(new SharedArrayBuffer(words * BigInt64Array.BYTES_PER_ELEMENT))
}

/** By how many milliseconds the latest loop of all is late. */
export function worstLag(words: LoopWords): number {
  let worst = 0
  for (let word = STALL_WORDS; word < words.length; word += 1)
    worst = Math.max(worst, Number(Atomics.load(words, word)))
  return worst
}

/**
 * Shares the lag of this thread's loop, and tells of each stall before anything that came in meanwhile; the returned
 * function ends that.
 */
function watchLoop(clock: Clock, words: LoopWords, loop: Loop, onStall: (stall: Stall) => void): () => void {
  const word = STALL_WORDS + (loop === 'main' ? 0 : 1 + loop)
  let lag = 0
  let cancel = (): void => undefined
  const share = (): void => void Atomics.store(words, word, BigInt(Math.round(lag)))
  const lookAgain = (): void => {
    const due = clock.now() + LOOK_MS
    cancel = clock.after(LOOK_MS, () => {
      const ms = clock.now() - due
      lag = Math.max(ms, lag * REMEMBERED)
      share()
      if (ms >= STALL_MS) onStall({ endedAt: clock.wall(), ms })
      lookAgain()
    })
  }
  lookAgain()
  return () => {
    cancel()
    lag = 0
    share()
  }
}

/** In the main thread: its stalls and its lag are known to all threads from now on. */
export function shareLoop(clock: Clock, words: LoopWords): () => void {
  return watchLoop(clock, words, 'main', ({ endedAt, ms }) => {
    Atomics.store(words, 1, BigInt(Math.round(ms)))
    Atomics.store(words, 0, BigInt(Math.round(endedAt)))
  })
}

/** In a thread: its own stalls and those of the main thread. */
export class Stalls {
  readonly #words: LoopWords
  readonly #stop: () => void
  #own: Stall = { endedAt: 0, ms: 0 }

  constructor(clock: Clock, words: LoopWords, thread: number) {
    this.#words = words
    this.#stop = watchLoop(clock, words, thread, (stall) => (this.#own = stall))
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
