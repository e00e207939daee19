import { formatDuration } from '../base/duration.ts'
import type { Failure } from '../base/failure.ts'
import type { Opened } from './attempt-setup.ts'
import type { Stall } from './loops.ts'

interface Surroundings extends Opened {
  /** From 1. */
  readonly attempt: number
  /** When this program last stood still, if that was while the attempt went on. */
  readonly stall: Stall | undefined
}

/** A failure while the target changed under the scenario, or all came late, says nothing of the gateway. */
export async function reclassified(
  failure: Failure | undefined,
  around: Surroundings,
): Promise<Failure | undefined> {
  if (failure?.outcome !== 'failed') return failure
  const restart = await restartOf(around)
  if (restart !== undefined) {
    const message = `the target restarted in the middle (${restart}); before that: ${failure.message}`
    return { ...failure, outcome: 'broken', code: 'TARGET_RESTARTED', message }
  }
  return around.stall === undefined ? failure : late(failure, around.stall, around.attempt)
}

/** Why the target counts as another one than at the beginning. */
async function restartOf({ link, epoch, outages }: Surroundings): Promise<string | undefined> {
  if (link === undefined || outages?.hasTouchedTarget === true) return undefined
  // A pod that was replaced between two requests has broken nothing that anybody noticed.
  if (link.epoch() === epoch) await link.refresh()
  return link.epoch() === epoch ? undefined : (link.lastError() ?? 'its pod changed')
}

/**
 * The first time it may be chance. A failure that comes back is told as one, or else a scenario that keeps the machine
 * busy itself could never fail.
 */
function late(failure: Failure, { ms }: Stall, attempt: number): Failure {
  const stood = `this program stood still for ${formatDuration(Math.round(ms))} while it went on`
  const why = 'the machine had too much else to do, or slept'
  if (attempt > 1) return { ...failure, notes: [...(failure.notes ?? []), `${stood}: ${why}`] }
  return {
    ...failure,
    outcome: 'broken',
    code: 'STALLED',
    message: `${stood}, as ${why}; ${failure.message}`,
  }
}
