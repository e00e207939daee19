import type { Clock } from '../base/clock.ts'
import { shortDuration } from '../reporters/durations.ts'

/** Sooner nobody wonders. */
const FIRST_MS = 1000
const AGAIN_MS = 30_000

export interface Telling {
  readonly clock: Clock
  readonly say: (line: string) => void
  /** How long it may take before anybody is told; a second unless given. */
  readonly patienceMs?: number
}

/** Does some work; where that takes a while it says so while it goes on, and in the end how long it took. */
export async function slowly<T>(
  name: string,
  work: () => Promise<T>,
  { clock, say, patienceMs = FIRST_MS }: Telling,
): Promise<T> {
  const startedAt = clock.now()
  let wasTold = false
  const took = (): string => shortDuration(clock.now() - startedAt)
  const tell = (): void => {
    say(wasTold ? `${name} … (${took()})` : `${name} …`)
    wasTold = true
    cancel = clock.after(AGAIN_MS, tell)
  }
  let cancel = clock.after(patienceMs, tell)
  const end = (how: string): void => {
    cancel()
    if (wasTold) say(`${name}${how}, ${took()}`)
  }
  try {
    const done = await work()
    end(typeof done === 'string' && done !== '' ? `: ${done}` : ': there')
    return done
  } catch (error) {
    end(': failed')
    throw error
  }
}
