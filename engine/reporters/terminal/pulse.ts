import type { Clock } from '../../base/clock.ts'
import type { Event } from '../../events/event.ts'
import { plannedOf, type RunState } from '../../events/run-state.ts'
import { plural } from '../problems.ts'
import type { Symbols } from '../symbols.ts'
import type { Sink } from '../define.ts'
import { toned, type Line } from '../text.ts'
import { footerLines } from './footer.ts'
import type { LiveScreen, Screen } from './screen.ts'
import { SlowWatch } from './slow.ts'
import { createTicker } from './ticker.ts'
import { TimeLeft } from './time-left.ts'

/** Shows that a run is alive between its events. */
export interface Pulse {
  on(event: Event, state: RunState): void
  close(): void
}

export interface LivePulseOptions {
  readonly clock: Clock
  readonly symbols: Symbols
  readonly sink: Pick<Sink, 'columns' | 'rows' | 'onResize'>
}

/** Never more than ten frames a second, however much happens. */
const LEAST_BETWEEN_MS = 100
/** What the footer says in seconds is never older. */
const REDRAW_MS = 500
const HEARTBEAT_MS = 30_000
const LOOK_MS = 1000

/** What the latest event said, and when it was heard. */
interface Heard {
  readonly state: RunState
  readonly at: number
  readonly seen: number
}

/** Draws the footer of a live screen anew soon after each event, and twice a second between them, until the close. */
export function livePulse(screen: LiveScreen, { clock, symbols, sink }: LivePulseOptions): Pulse {
  let latest: Heard | undefined
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDue = false
  const ticker = createTicker(clock)
  const timeLeft = new TimeLeft()
  const slow = new SlowWatch()
  const draw = (): void => {
    if (latest === undefined) return
    const { state } = latest
    isDue = false
    drawnAt = clock.now()
    const at = latest.at + drawnAt - latest.seen
    const size = { columns: sink.columns ?? 80, rows: sink.rows ?? 24 }
    screen.print(slow.lines(state, at))
    screen.frame(footerLines(state, { at, size, symbols, leftMs: timeLeft.at(state, at) }))
    ticker.after(REDRAW_MS, draw)
  }
  const drawSoon = (): void => {
    if (isDue) return
    isDue = true
    ticker.after(Math.max(0, drawnAt + LEAST_BETWEEN_MS - clock.now()), draw)
  }
  const ignoreSize = sink.onResize?.(drawSoon)
  return {
    on: (event, state) => {
      ticker.check()
      timeLeft.on(event)
      latest = { state, at: event.at, seen: clock.now() }
      drawSoon()
    },
    close: () => {
      ignoreSize?.()
      ticker.cancel()
      latest = undefined
    },
  }
}

/** A line when nothing was printed for half a minute, for those who wait before a log. */
export function heartbeat(screen: Screen, clock: Clock): Pulse {
  let latest: Heard | undefined
  let saidAt = clock.now()
  const ticker = createTicker(clock)
  const slow = new SlowWatch()
  const say = (lines: readonly Line[]): void => {
    if (lines.length > 0) saidAt = clock.now()
    screen.print(lines)
  }
  const look = (): void => {
    if (latest === undefined) return
    const { state, at, seen } = latest
    say(slow.lines(state, at + clock.now() - seen))
    if (clock.now() - saidAt >= HEARTBEAT_MS) say([[toned('dim', aliveText(state))]])
    ticker.after(Math.min(LOOK_MS, saidAt + HEARTBEAT_MS - clock.now()), look)
  }
  return {
    on: (event, state) => {
      ticker.check()
      const first = latest === undefined
      latest = { state, at: event.at, seen: clock.now() }
      if (event.type === 'run:started' || event.type === 'scenario:ended') saidAt = clock.now()
      if (first) ticker.after(LOOK_MS, look)
    },
    close: () => ticker.cancel(),
  }
}

function aliveText(state: RunState): string {
  return `${state.finished.length} of ${plural(plannedOf(state).length, 'scenario')} done, ${state.running.size} running`
}
