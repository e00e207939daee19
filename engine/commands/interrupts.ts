import type { Clock } from '../base/clock.ts'
import type { Signal, World } from './world.ts'

/** Signals that follow within this time are one: npx passes a Ctrl-C on that the terminal has sent already. */
const SAME_MS = 1000
const EXIT_CODES: Readonly<Record<Signal, number>> = { SIGINT: 130, SIGTERM: 143 }

export interface InterruptActions {
  /** Cancel, `finally`, clean up. */
  readonly first: (signal: Signal) => void
  /** Write reports, list what is left, end. */
  readonly second: (signal: Signal) => void
}

/** First signal, or the key q: tidy up; second: reports only; third: end now. Returns what ends the listening. */
export function onInterrupts(
  world: Pick<World, 'clock' | 'onSignal' | 'exitNow' | 'keyboard'>,
  actions: InterruptActions,
): () => void {
  const counter = new SignalCounter(world.clock)
  const ignoreSignals = world.onSignal((signal) => {
    const times = counter.count()
    if (times === 1) actions.first(signal)
    else if (times === 2) actions.second(signal)
    else if (times !== undefined) world.exitNow(EXIT_CODES[signal])
  })
  // A key that is held down must not end what a first one only asked for.
  const ignoreKeys = world.keyboard?.onKey((key) => {
    if (key === 'q' && counter.isFirst && counter.count() === 1) actions.first('SIGINT')
  })
  return () => {
    ignoreSignals()
    ignoreKeys?.()
  }
}

/** Counts signals, those of one keystroke once. */
class SignalCounter {
  readonly #clock: Clock
  #times = 0
  #last = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isFirst(): boolean {
    return this.#times === 0
  }

  /** How many there were with this one; undefined when it belongs to the one before. */
  count(): number | undefined {
    const now = this.#clock.now()
    if (now - this.#last < SAME_MS) return undefined
    this.#last = now
    this.#times += 1
    return this.#times
  }
}
