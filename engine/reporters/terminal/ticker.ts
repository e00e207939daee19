import type { Clock } from '../../base/clock.ts'

/** One timer at a time, for work that may throw where nobody would catch it. */
export interface Ticker {
  /** Replaces what was to come. */
  readonly after: (ms: number, act: () => void) => void
  readonly cancel: () => void
  /** Throws what an earlier tick threw, once, so that the reporter is blamed for it like for any other error. */
  readonly check: () => void
}

export function createTicker(clock: Clock): Ticker {
  let cancel: (() => void) | undefined
  let thrown: { readonly error: unknown } | undefined
  const run = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      thrown = { error }
    }
  }
  return {
    after: (ms, act) => {
      cancel?.()
      cancel = clock.after(ms, () => run(act))
    },
    cancel: () => cancel?.(),
    check: () => {
      const earlier = thrown
      thrown = undefined
      if (earlier !== undefined) throw earlier.error
    },
  }
}
