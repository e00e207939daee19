import type { Clock } from '../base/clock.ts'
import type { Event, EventBody } from './event.ts'
import type { Mask } from './mask.ts'
import { reduce } from './reduce.ts'
import { initialState, type RunState } from './run-state.ts'

/** Sees each event once, in order, with the state after it. Must not throw. */
export type JournalListener = (event: Event, state: RunState) => void

export interface Journal {
  /**
   * Numbers and stamps what happened and passes it on before it returns. `wall` is when it happened, in Unix
   * milliseconds, where that was a little earlier: in a thread, whose events travel together.
   */
  readonly tell: (body: EventBody, wall?: number) => void
  state(): RunState
}

/** Clocks that agree differ by this at most. */
const CREDIBLE_MS = 100

/** The one way by which events reach the log and the reporters: what the mask hides is in no output. */
export function createJournal(clock: Clock, listeners: readonly JournalListener[], mask: Mask): Journal {
  const [start, startWall] = [clock.now(), clock.wall()]
  const atOf = (wall: number | undefined): number => {
    const now = clock.now() - start
    // Where the machine's clock was set meanwhile, its stamps tell nothing.
    const isCredible = wall !== undefined && Math.abs(clock.wall() - startWall - now) < CREDIBLE_MS
    return Math.round(isCredible ? Math.min(now, Math.max(0, wall - startWall)) : now)
  }
  let state = initialState
  let seq = 0
  const tell: Journal['tell'] = (body, wall) => {
    const event: Event = { ...mask(body), seq, at: atOf(wall) }
    seq += 1
    state = reduce(state, event)
    for (const listener of listeners) listener(event, state)
  }
  return { tell, state: () => state }
}
