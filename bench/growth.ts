import { statSync } from 'node:fs'
import { systemClock } from '../engine/base/clock.ts'

const LOOK_MS = 50

/** Looks at a file while somebody writes it. */
export interface Growth {
  /** Ends it; the longest time between two looks at which the file had grown, in milliseconds. */
  end(): number
}

export function watchGrowth(path: string): Growth {
  let size = 0
  let grownAt: number | undefined
  let longest = 0
  let cancel = (): void => undefined
  const look = (): void => {
    const now = systemClock.now()
    const found = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (found > size) {
      longest = Math.max(longest, now - (grownAt ?? now))
      grownAt = now
      size = found
    }
    cancel = systemClock.after(LOOK_MS, look)
  }
  look()
  return {
    end: () => {
      cancel()
      return longest
    },
  }
}
