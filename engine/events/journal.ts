import type { Clock } from '../base/clock.ts'
import type { Event, EventBody } from './event.ts'
import type { Mask } from './mask.ts'
import { reduce } from './reduce.ts'
import { initialState, type RunState } from './run-state.ts'

/** Sees each event once, in order, with the state after it. Must not throw. */
export type JournalListener = (event: Event, state: RunState) => void

export interface Journal {
  /** Numbers and stamps what happened and passes it on before it returns. */
  readonly tell: (body: EventBody) => void
  state(): RunState
}

/** The one way by which events reach the log and the reporters: what the mask hides is in no output. */
export function createJournal(clock: Clock, listeners: readonly JournalListener[], mask: Mask): Journal {
  const start = clock.now()
  let state = initialState
  let seq = 0
  const tell = (body: EventBody): void => {
    const event: Event = { ...mask(body), seq, at: Math.round(clock.now() - start) }
    seq += 1
    state = reduce(state, event)
    for (const listener of listeners) listener(event, state)
  }
  return { tell, state: () => state }
}
