import { suggest } from '../../base/suggest.ts'
import type { InterceptRule } from '../apiserver/interception.ts'
import { apiConflicts } from './api-conflicts.ts'
import { apiInternalError } from './api-internal-error.ts'
import { apiReplyLost } from './api-reply-lost.ts'
import { apiSlow } from './api-slow.ts'
import { apiThrottled } from './api-throttled.ts'
import { apiUnavailable } from './api-unavailable.ts'
import { apiWatchCut } from './api-watch-cut.ts'
import { apiWatchExpired } from './api-watch-expired.ts'
import type { ApiFault, ApiScope, End, Fault, FaultTargets, RedisFault, Severity } from './fault.ts'
import { redisDown } from './redis-down.ts'
import { redisLost } from './redis-lost.ts'
import { redisMisconf } from './redis-misconf.ts'
import { redisOom } from './redis-oom.ts'
import { redisPaused } from './redis-paused.ts'
import { redisSlow } from './redis-slow.ts'

/** Every error that can be injected around a gateway, by name. */
export const faults = {
  'api-throttled': apiThrottled,
  'api-internal-error': apiInternalError,
  'api-unavailable': apiUnavailable,
  'api-slow': apiSlow,
  'api-reply-lost': apiReplyLost,
  'api-watch-cut': apiWatchCut,
  'api-watch-expired': apiWatchExpired,
  'api-conflicts': apiConflicts,
  'redis-down': redisDown,
  'redis-slow': redisSlow,
  'redis-paused': redisPaused,
  'redis-lost': redisLost,
  'redis-misconf': redisMisconf,
  'redis-oom': redisOom,
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

export interface FaultRequest extends Severity {
  readonly fault: FaultName
  /** Faults of the API only. */
  readonly scope?: ApiScope
  /** Ends it by itself after this long by the clock; left out: it lasts until it is ended. */
  readonly forMs?: number
}

/** Begins a fault; resolves when it is in force. Throws for an unknown name. */
export async function beginFault(request: FaultRequest, targets: FaultTargets): Promise<End> {
  const fault = faultCalled(request.fault)
  const end =
    fault.on === 'api' ? beginApi(fault, request, targets) : await beginRedis(fault, request, targets)
  if (request.forMs === undefined) return end
  const cancel = targets.clock.after(request.forMs, () => void end())
  return () => {
    cancel()
    return end()
  }
}

function faultCalled(name: string): Fault {
  // The one lookup by a name from outside.
  const fault = (faults as Readonly<Record<string, Fault>>)[name]
  if (fault !== undefined && Object.hasOwn(faults, name)) return fault
  const nearest = suggest(name, Object.keys(faults))
  throw new Error(`unknown fault ${name}${nearest === undefined ? '' : `, did you mean ${nearest}?`}`)
}

function beginApi(
  fault: ApiFault,
  { scope = {}, ...severity }: FaultRequest,
  { api, random }: FaultTargets,
): End {
  const rule = fault.rule(severity)
  const { verbs, resource, share = 1 } = scope
  const scoped: InterceptRule = (request) => {
    if (verbs !== undefined && !verbs.includes(request.verb)) return undefined
    if (resource !== undefined && request.resource.plural !== resource) return undefined
    return share < 1 && random.next() >= share ? undefined : rule(request)
  }
  const remove = api.intercept(scoped)
  return () => {
    remove()
    return Promise.resolve()
  }
}

function beginRedis(fault: RedisFault, severity: Severity, { redis }: FaultTargets): Promise<End> {
  return fault.begin(redis, severity)
}
