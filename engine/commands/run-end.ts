import type { EventBody } from '../events/event.ts'
import { floorOf, type FloorRequest } from '../plan/floor.ts'
import type { HostEnd } from '../run/host-options.ts'

export type RunEnd = Pick<Extract<EventBody, { type: 'run:ended' }>, 'busy' | 'makespan'>

export type Trouble = Pick<Extract<EventBody, { type: 'run:ended' }>, 'targetError' | 'internalError'>

/** The target could not be brought up: nothing ran, and the infrastructure is to blame. */
export class TargetFailed extends Error {}

/**
 * How the lanes were used, against what no schedule could have undercut. Of a run that was cut short nothing is said:
 * what it left out would have taken time, and what it cancelled took less than it would have.
 */
export function endOf(
  { busy, makespanMs: ms }: HostEnd,
  request: FloorRequest & { readonly wasCut: boolean },
): RunEnd {
  if (request.wasCut) return { busy }
  const { ms: floorMs, bound } = floorOf(request)
  // Threads measure what the host only hears of, so that its own time may be the shorter one by a moment.
  return { busy, makespan: { ms: Math.max(ms, floorMs), floorMs, bound } }
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof TargetFailed) return { targetError: { message: error.message } }
  return { internalError: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
