import { performance } from 'node:perf_hooks'

/** The only source of time in the engine and in the sandbox. All figures are milliseconds. */
export interface Clock {
  /** Monotonic time, for durations and deadlines. */
  now(): number
  /** Wall time since the Unix epoch, for stamps. */
  wall(): number
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Runs `then` once after `ms`; the returned function cancels it. */
  after(ms: number, then: () => void): () => void
}

/** Node clamps longer timers to 1 ms, so they are cut here. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

function after(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS))
  return () => clearTimeout(timer)
}

/** Sleeps on any source of timers; shared by the real and the manual clock. */
export function sleepBy(start: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel()
      reject(signal?.reason as Error)
    }
    const cancel = start(ms, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) => sleepBy(after, ms, signal),
  after,
}
