import type { Clock } from '../base/clock.ts'

/** How often a thread counts up its word, and how often somebody looks. */
export const BEAT_MS = 500
/** A thread that comes up reads its code first. */
const START_FACTOR = 3

/** A thread whose loop has not turned for so long, by the clock of those who look. */
export interface Silence {
  readonly thread: number
  readonly ms: number
}

export interface ThreadWatchdogOptions {
  readonly clock: Clock
  readonly threads: number
  /** A thread that is silent for so long is given up. */
  readonly silentMs: number
  readonly onSilent: (silence: Silence) => void
}

interface Watched {
  word: number
  silentMs: number
  hasBeaten: boolean
}

/**
 * Notices threads whose loops do not turn any more: each counts up a word in shared memory, which needs no loop to be
 * read. Silence is counted in looks, each worth at most the time between two of them: when this thread was held up
 * itself, or the machine asleep, that says nothing of the others.
 */
export class ThreadWatchdog {
  /** One word per thread. */
  readonly beats: Int32Array
  readonly #options: ThreadWatchdogOptions
  readonly #watched = new Map<number, Watched>()
  #cancel: (() => void) | undefined
  #lookedAt = 0

  constructor(options: ThreadWatchdogOptions) {
    this.#options = options
    this.beats = new Int32Array(new SharedArrayBuffer(options.threads * Int32Array.BYTES_PER_ELEMENT))
  }

  /** A thread was started, also in the place of another one. */
  watch(thread: number): void {
    this.#watched.set(thread, { word: this.#wordOf(thread), silentMs: 0, hasBeaten: false })
    if (this.#cancel === undefined) this.#lookAgain()
  }

  forget(thread: number): void {
    this.#watched.delete(thread)
  }

  stop(): void {
    this.#watched.clear()
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Threads that have missed several beats. */
  silences(): readonly Silence[] {
    return [...this.#watched]
      .filter(([, { silentMs }]) => silentMs > 2 * BEAT_MS)
      .map(([thread, { silentMs: ms }]) => ({ thread, ms }))
  }

  #lookAgain(): void {
    this.#lookedAt = this.#options.clock.now()
    this.#cancel = this.#options.clock.after(BEAT_MS, () => {
      const passed = this.#options.clock.now() - this.#lookedAt
      this.#lookAgain()
      this.#look(Math.min(passed, BEAT_MS))
    })
  }

  #look(ms: number): void {
    const { silentMs: limit, onSilent } = this.#options
    for (const [thread, watched] of [...this.#watched]) {
      const word = this.#wordOf(thread)
      if (word !== watched.word) {
        this.#watched.set(thread, { word, silentMs: 0, hasBeaten: true })
        continue
      }
      watched.silentMs += ms
      if (watched.silentMs < (watched.hasBeaten ? limit : limit * START_FACTOR)) continue
      this.forget(thread)
      onSilent({ thread, ms: watched.silentMs })
    }
  }

  #wordOf(thread: number): number {
    return Atomics.load(this.beats, thread)
  }
}

/** In the thread: counts up its word whenever its loop comes round; the returned function ends that. */
export function keepBeating(beats: Int32Array, thread: number, clock: Clock): () => void {
  let cancel = (): void => undefined
  const beat = (): void => {
    Atomics.add(beats, thread, 1)
    cancel = clock.after(BEAT_MS / 2, beat)
  }
  beat()
  return () => cancel()
}
