import type { Clock } from '../../base/clock.ts'
import type { Event } from '../../events/event.ts'
import { plannedOf, type RunState } from '../../events/run-state.ts'
import { plural } from '../problems.ts'
import type { Symbols } from '../symbols.ts'
import { clip, toned } from '../text.ts'
import { footerLines } from './footer.ts'
import type { LiveScreen, Screen } from './screen.ts'
import { createTicker } from './ticker.ts'

/** Shows that a run is alive between its events. */
export interface Pulse {
  on(event: Event, state: RunState): void
  close(): void
}

const REDRAW_MS = 200
const HEARTBEAT_MS = 30_000

/** Draws the footer of a live screen anew, five times a second, from the first event to the close. */
export function livePulse(
  screen: LiveScreen,
  options: { readonly clock: Clock; readonly symbols: Symbols; readonly columns: () => number },
): Pulse {
  const { clock, symbols, columns } = options
  let latest: { readonly state: RunState; readonly at: number; readonly seen: number } | undefined
  const ticker = createTicker(clock)
  const draw = (): void => {
    if (latest === undefined) return
    const at = latest.at + clock.now() - latest.seen
    const lines = footerLines(latest.state, at, symbols)
    screen.footer(lines.map((line) => clip(line, columns() - 1, symbols.ellipsis)))
    ticker.after(REDRAW_MS, draw)
  }
  return {
    on: (event, state) => {
      ticker.check()
      const first = latest === undefined
      latest = { state, at: event.at, seen: clock.now() }
      if (first) draw()
    },
    close: () => {
      ticker.cancel()
      screen.footer([])
    },
  }
}

/** A line when nothing was printed for half a minute, for those who wait before a log. */
export function heartbeat(screen: Screen, clock: Clock): Pulse {
  const ticker = createTicker(clock)
  const rearm = (state: RunState): void =>
    ticker.after(HEARTBEAT_MS, () => {
      const { finished, running } = state
      const total = plural(plannedOf(state).length, 'scenario')
      screen.print([[toned('dim', `${finished.length} of ${total} done, ${running.size} running`)]])
      rearm(state)
    })
  return {
    on: (event, state) => {
      ticker.check()
      if (event.type === 'run:started' || event.type === 'scenario:ended') rearm(state)
    },
    close: () => ticker.cancel(),
  }
}
