import { describeError } from '../base/failure.ts'
import type { Leftover } from '../events/event.ts'
import type { KubeObject } from '../cluster/types.ts'
import { cleanUp, keysLeft } from './cleanup.ts'
import { Ledger } from './ledger.ts'
import { ObservedObjects } from './observed-objects.ts'
import type { SweepOrder } from './protocol.ts'
import type { Services } from './services.ts'
import { settle } from './settle.ts'

/** Beyond the gateway's own timers. */
const SWEEP_MS = 60_000

/**
 * Removes what an attempt left whose thread is gone, as the attempt would have: waits for what the gateway still owes it,
 * then namespaces, objects elsewhere and Redis keys. Tells what stayed; never rejects.
 */
export async function sweep(
  { deployment, namespaces, signals }: SweepOrder,
  services: Services,
  cancel: AbortSignal,
): Promise<readonly Leftover[]> {
  const { clock, hub, description } = services
  const limit = new AbortController()
  const way = deployment === undefined ? undefined : await services.link(deployment).catch(describeError)
  const link = typeof way === 'string' ? undefined : way
  const settings = link?.settings ?? {}
  const ledger = new Ledger(description.ledger, settings)
  for (const signal of signals) ledger.add(signal)
  const release = clock.after(SWEEP_MS + description.ledger.longestPendingMs(settings), () =>
    limit.abort(new Error('sweeping took too long')),
  )
  // All that is there lies elsewhere for one who has not watched from the beginning.
  const options = { hub, clock, description, namespaces: [], onRevision: () => undefined }
  const observed = await ObservedObjects.start(options, limit.signal).catch(() => undefined)
  const fallback = description.ledger.fallbackNamespace(settings)
  try {
    if (observed !== undefined)
      await settle({ ledger, observed, clock, signal: AbortSignal.any([cancel, limit.signal]) })
  } catch {
    // Stopped: what is there is removed all the same.
  }
  release()
  const leftovers = await cleanUp({
    ...{ services, link, namespaces, observed, ledger },
    lost: { isOwn: (object) => object.metadata.namespace === fallback && names(object, namespaces) },
  })
  observed?.stop()
  return [...leftovers, ...(typeof way === 'string' ? namespaces.map((name) => keysLeft(name, way)) : [])]
}

function names(object: KubeObject, namespaces: readonly string[]): boolean {
  const text = JSON.stringify(object)
  return namespaces.some((namespace) => text.includes(namespace))
}
