import type { Clock } from '../base/clock.ts'

const PAUSE_MS = 100

export interface PersevereOptions {
  readonly clock: Clock
  /** Nothing is tried again after this long. */
  readonly ms: number
  readonly signal?: AbortSignal | undefined
  /** Whether another try may come to something else; always unless given. */
  readonly again?: (error: unknown) => boolean
}

/** Tries again until it works: a forward that was cut is back within moments. Rejects with the last error. */
export async function persevere<T>(
  work: () => Promise<T>,
  { clock, ms, signal, again = () => true }: PersevereOptions,
): Promise<T> {
  const end = clock.now() + ms
  for (;;) {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (clock.now() >= end || !again(error)) throw error
      await clock.sleep(PAUSE_MS, signal)
    }
  }
}
