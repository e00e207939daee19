import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Behaviour } from './behaviour.ts'
import type { GatewayConfig } from './config.ts'
import type { Journal } from './journal.ts'
import type { Metrics } from './metrics.ts'
import type { Kube, Redis } from './ports.ts'
import type { PriorityPolicy } from './priority-policy.ts'

/** What every part of one gateway works with. */
export interface World {
  readonly config: GatewayConfig
  readonly behaviour: Behaviour
  readonly kube: Kube
  readonly redis: Redis
  readonly clock: Clock
  readonly random: Random
  readonly metrics: Metrics
  readonly journal: Journal
  readonly policy: PriorityPolicy
  readonly fallbackNamespace: string
}
