import { Broken } from '../base/failure.ts'
import type { Outage } from '../base/outage.ts'
import type { AttemptScope } from './attempt-scope.ts'
import type { GatewayLink } from './gateway-link.ts'

/** After an outage both pods must answer again within this time. */
const BACK_WITHIN_MS = 15_000
const LOOK_MS = 50

/** Breaks a part of this attempt's deployment; what is given back mends it and waits until the way is open again. */
export async function breakTarget(
  outage: Outage,
  attempt: AttemptScope,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  signal.throwIfAborted()
  const link = attempt.needLink()
  const over = attempt.outages.begin(outage)
  try {
    const mend = await attempt.services.breakTarget(link.deployment.name, outage)
    return async () => {
      try {
        await mend()
        if (!('api' in outage)) await untilReachable(link, attempt)
      } finally {
        over()
      }
    }
  } catch (error) {
    over()
    throw error
  }
}

/** Not ended by the step's signal: the next scenario needs the way, too. */
async function untilReachable(link: GatewayLink, { services: { clock } }: AttemptScope): Promise<void> {
  const deadline = clock.now() + BACK_WITHIN_MS
  for (;;) {
    try {
      await link.check()
      return
    } catch (error) {
      if (!(error instanceof Broken) || clock.now() >= deadline) throw error
    }
    await clock.sleep(LOOK_MS)
  }
}
