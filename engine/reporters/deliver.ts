import { describeError } from '../base/failure.ts'
import type { Event } from '../events/event.ts'
import type { RunState } from '../events/run-state.ts'
import type { Reporter } from './define.ts'

export interface Delivery {
  on(event: Event, stateAfter: RunState): void
  close(state: RunState): Promise<void>
  /** Lets something else be written where a reporter writes, whatever that reporter does. */
  beside(write: () => void): void
  /** Whether the system refused something that a reporter wrote: disk full, no permission (exit code 74). */
  outputFailed(): boolean
}

/**
 * Hands every event to every reporter. A reporter that throws is told of once, goes on to get events, and changes
 * neither the verdict nor what the other ones get.
 */
export function deliverTo(reporters: readonly Reporter[], complain: (line: string) => void): Delivery {
  const blamed = new Set<Reporter>()
  let refused = false
  const blame = (reporter: Reporter, error: unknown): void => {
    refused ||= isRefusal(error)
    if (blamed.has(reporter)) return
    blamed.add(reporter)
    complain(`reporter ${reporter.name}: ${describeError(error)}\n`)
  }
  const on = (event: Event, stateAfter: RunState): void => {
    for (const reporter of reporters) {
      try {
        reporter.on?.(event, stateAfter)
      } catch (error) {
        blame(reporter, error)
      }
    }
  }
  const close = async (state: RunState): Promise<void> => {
    for (const reporter of reporters) {
      try {
        await reporter.close?.(state)
      } catch (error) {
        blame(reporter, error)
      }
    }
  }
  const beside = (write: () => void): void => {
    let isWritten = false
    const once = (): void => {
      if (!isWritten) write()
      isWritten = true
    }
    for (const reporter of reporters) {
      try {
        reporter.beside?.(once)
      } catch (error) {
        blame(reporter, error)
      }
    }
    once()
  }
  return { on, close, beside, outputFailed: () => refused }
}

/** Errors of the operating system name the call that failed. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
