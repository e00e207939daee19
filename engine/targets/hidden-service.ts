import { valueAt } from '../base/json.ts'
import type { KubeObject } from '../cluster/types.ts'
import { SERVICES, selects } from '../cluster/workload.ts'
import type { ClusterBreakable } from './cluster-outages.ts'

const LOOK_MS = 100
/** Nobody has come by the network for so long: connections are refused now. */
const QUIET_MS = 700
const LIMIT_MS = 15_000
/** No pod has this label. */
const NOBODY = { 'gwscen.dev/hidden': 'true' }

/**
 * Makes Redis unreachable for its gateway and keeps its data: its Service leads nowhere, and who was connected is cut off.
 * Resolves with what makes it reachable again.
 */
export async function hideService(at: ClusterBreakable): Promise<() => Promise<void>> {
  const { client, clock, redis: place } = at
  const { metadata, selector } = await serviceOf(at)
  const redis = await at.openRedis()
  const show = async (): Promise<void> => {
    // A merge patch takes away what it says is null.
    const own = { ...selector, ...Object.fromEntries(Object.keys(NOBODY).map((label) => [label, null])) }
    await client.patch(SERVICES, metadata, { merge: { spec: { selector: own } } })
  }
  try {
    await client.patch(SERVICES, metadata, { merge: { spec: { selector: NOBODY } } })
    const end = clock.now() + LIMIT_MS
    for (let quietSince = clock.now(); clock.now() - quietSince < QUIET_MS;) {
      await clock.sleep(LOOK_MS)
      if ((await redis.dropClients()) > 0) quietSince = clock.now()
      if (clock.now() > end) throw new Error(`Redis in ${place.namespace} is still reached past its Service`)
    }
    return show
  } catch (error) {
    await show()
    throw error
  } finally {
    await redis.close()
  }
}

interface ServiceFound {
  readonly metadata: KubeObject['metadata']
  readonly selector: Readonly<Record<string, string>>
}

async function serviceOf({ client, redis }: ClusterBreakable): Promise<ServiceFound> {
  const { items } = await client.list(SERVICES, { namespace: redis.namespace })
  const found = items.find((service) => selects(redis.labelSelector, valueAt(service, ['spec', 'selector'])))
  if (found === undefined)
    throw new Error(`no Service in ${redis.namespace} leads to pods with ${redis.labelSelector}`)
  const { metadata } = found
  return { metadata, selector: valueAt(found, ['spec', 'selector']) as Readonly<Record<string, string>> }
}
