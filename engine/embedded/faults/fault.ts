import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { ApiServer } from '../apiserver/api-server.ts'
import type { ApiRequest } from '../apiserver/api-request.ts'
import type { InterceptRule } from '../apiserver/interception.ts'
import type { RedisDoor } from './redis-door.ts'

/** Ends a fault. May be called again. */
export type End = () => Promise<void>

/** Which requests a fault of the API meets; left out: all. */
export interface ApiScope {
  readonly verbs?: readonly ApiRequest['verb'][]
  /** Plural, such as `namespaces`. */
  readonly resource?: string
  /** Of how many requests, drawn by lot: 0 … 1. */
  readonly share?: number
}

/** How bad a fault is. Each takes what it needs and has a default for it. */
export interface Severity {
  /** How long something is held back, or lasts. */
  readonly ms?: number
  /** What `Retry-After` says, in whole seconds; left out: nothing. */
  readonly retryAfterSeconds?: number
}

/** An error of the embedded API server. */
export interface ApiFault {
  readonly on: 'api'
  readonly name: string
  /** What happens, one sentence. */
  readonly summary: string
  /** What is done to a request that is within the scope. */
  rule(severity: Severity): InterceptRule
}

/** An error of an embedded Redis. */
export interface RedisFault {
  readonly on: 'redis'
  readonly name: string
  readonly summary: string
  begin(door: RedisDoor, severity: Severity): Promise<End>
}

export type Fault = ApiFault | RedisFault

/** What faults are put in front of. */
export interface FaultTargets {
  readonly api: Pick<ApiServer, 'intercept'>
  readonly redis: RedisDoor
  readonly clock: Clock
  readonly random: Random
}
