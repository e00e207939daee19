import type { Event } from '../events/event.ts'
import type { RunState } from '../events/run-state.ts'

/** Turns events into something people or programs read. It sees events only, and every one of them, in order. */
export interface Reporter {
  readonly name: string
  on?(event: Event, stateAfter: RunState): void
  /** Called once, when no further event comes, also after a run that was cut short. */
  close?(state: RunState): Promise<void> | void
  /** Lets something else be written where it writes, without either spoiling the other. */
  beside?(write: () => void): void
}

/** Where a reporter writes. */
export interface Sink {
  write(text: string): void
  readonly isTTY: boolean
  /** Width in cells, where it is known. */
  readonly columns?: number
  /** Height in lines, where it is known. */
  readonly rows?: number
  /** Calls the listener when the terminal has another size; the returned function ends that. */
  onResize?(listener: () => void): () => void
}

/** The text of a scenario's file, for code frames; undefined when it cannot be had. */
export type SourceOf = (file: string) => string | undefined
