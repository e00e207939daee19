import type { EventBody } from '../events/event.ts'
import { floorOf, type FloorRequest } from '../plan/floor.ts'
import type { HostEnd } from '../run/host-options.ts'

export type RunEnd = Pick<Extract<EventBody, { type: 'run:ended' }>, 'busy' | 'makespan'>

export type Trouble = Pick<Extract<EventBody, { type: 'run:ended' }>, 'targetError' | 'internalError'>

/** The target could not be brought up: nothing ran, and the infrastructure is to blame. */
export class TargetFailed extends Error {}

/** How the lanes were used, against what no schedule could have undercut. */
export function endOf({ busy, makespanMs: ms }: HostEnd, request: FloorRequest): RunEnd {
  const { ms: floorMs, bound } = floorOf(request)
  return { busy, makespan: { ms, floorMs, bound } }
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof TargetFailed) return { targetError: { message: error.message } }
  return { internalError: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
