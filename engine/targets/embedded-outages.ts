import type { Clock } from '../base/clock.ts'
import { Broken } from '../base/failure.ts'
import type { ApiOutage, Outage } from '../base/outage.ts'
import type { Random } from '../base/random.ts'
import { unreachable } from '../base/unreachable.ts'
import type { ApiServer } from '../embedded/apiserver/api-server.ts'
import type { Intervention, Refusal } from '../embedded/apiserver/interception.ts'
import { beginFault, type FaultName } from '../embedded/faults/index.ts'
import type { RedisDoor } from '../embedded/faults/redis-door.ts'
import type { GatewayPod } from './embedded-pod.ts'

/** What outages of one deployment are made of. */
export interface Breakable {
  readonly pod: GatewayPod
  /** In front of its Redis. */
  readonly door: RedisDoor
  readonly api: Pick<ApiServer, 'intercept'>
  readonly clock: Clock
  readonly random: Random
}

const REDIS_FAULTS = {
  down: 'redis-down',
  pause: 'redis-paused',
  slow: 'redis-slow',
  lose: 'redis-lost',
} as const satisfies Record<string, FaultName>

const REFUSALS: readonly Refusal['code'][] = [408, 410, 429, 500, 502, 503, 504]

/** Breaks a part of a deployment of the embedded cluster; resolves with what mends it. */
export async function beginOutage(outage: Outage, broken: Breakable): Promise<() => Promise<void>> {
  const { pod, api, clock, random, door } = broken
  if ('gateway' in outage) {
    await pod.halt()
    if (outage.gateway === 'down') return () => pod.resume()
    await pod.resume()
    return () => Promise.resolve()
  }
  if ('redis' in outage)
    return beginFault({ fault: REDIS_FAULTS[outage.redis] }, { api, clock, random, redis: door })
  if ('forward' in outage) return cutForwards(broken)
  if ('api' in outage) return disturbApi(outage.api, broken)
  return unreachable(outage)
}

function cutForwards({ api, pod }: Breakable): () => Promise<void> {
  const remove = api.intercept(({ subresource, namespace }) =>
    subresource === 'portforward' && namespace === pod.namespace ? { drop: 'request' } : undefined,
  )
  return ended(remove)
}

/** Only what this gateway asks is disturbed; everybody else needs the API to see what becomes of it. */
function disturbApi(outage: ApiOutage, { api, pod, random }: Breakable): () => Promise<void> {
  const { share = 1, verbs, resource, times = Number.POSITIVE_INFINITY } = outage
  const intervention = interventionOf(outage)
  let left = times
  const remove = api.intercept((request) => {
    const isMeant =
      left > 0 &&
      request.userAgent === pod.userAgent &&
      (verbs?.includes(request.verb) ?? true) &&
      (resource === undefined || request.resource.plural === resource) &&
      (share >= 1 || random.next() < share)
    if (isMeant) left -= 1
    return isMeant ? intervention : undefined
  })
  return ended(remove)
}

function interventionOf({ status, lost, delayMs, retryAfterMs }: ApiOutage): Intervention {
  const code = REFUSALS.find((known) => known === status)
  if (status !== undefined && code === undefined) {
    const known = REFUSALS.join(', ')
    throw new Broken({ code: 'NO_FAULT', message: `api: expected a status of ${known}, got ${status}` })
  }
  const retryAfterSeconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000)
  return {
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(lost === true ? { drop: 'reply' as const } : {}),
    ...(code === undefined
      ? {}
      : { refuse: { code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) } }),
  }
}

function ended(remove: () => void): () => Promise<void> {
  return () => {
    remove()
    return Promise.resolve()
  }
}
