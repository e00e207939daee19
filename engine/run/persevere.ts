import type { Clock } from '../base/clock.ts'

const PAUSE_MS = 100

export interface PersevereOptions {
  readonly clock: Clock
  /** Nothing is tried again after this long. */
  readonly ms: number
  readonly signal?: AbortSignal | undefined
}

/** Tries again until it works: a forward that was cut is back within moments. Rejects with the last error. */
export async function persevere<T>(
  work: () => Promise<T>,
  { clock, ms, signal }: PersevereOptions,
): Promise<T> {
  const end = clock.now() + ms
  for (;;) {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (clock.now() >= end) throw error
      await clock.sleep(PAUSE_MS, signal)
    }
  }
}
