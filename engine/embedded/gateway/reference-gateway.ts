import type { Server } from 'node:http'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { documented, type Behaviour } from './behaviour.ts'
import type { GatewayConfig } from './config.ts'
import { bend, type FaultName } from './faults/index.ts'
import { GatewayServer } from './gateway-server.ts'
import { journalTo } from './journal.ts'
import { Metrics } from './metrics.ts'
import type { Kube, Log, Redis } from './ports.ts'
import { alwaysP2, type PriorityPolicy } from './priority-policy.ts'
import type { Witness } from './faults/witness.ts'
import { Router } from './router.ts'
import { SignalEndpoint } from './signal-endpoint.ts'
import { SignalPipeline } from './signal-pipeline.ts'
import { watchAvailability, watchRedis } from './watched-redis.ts'
import type { World } from './world.ts'

export interface GatewayOptions {
  readonly config: GatewayConfig
  readonly kube: Kube
  readonly redis: Redis
  readonly clock: Clock
  readonly random: Random
  /** Names of faults and presets; none: the documented behaviour. */
  readonly faults?: readonly string[]
  /** Its behaviour is taken instead: the documented one, which it watches. */
  readonly witness?: Witness
  /** The namespace the gateway runs in; the fallback for objects unless the configuration names another. */
  readonly podNamespace: string
  /** Default: every signal is P2, as with the end-to-end policy (`readPolicy`). */
  readonly policy?: PriorityPolicy
  readonly log?: Log
}

export interface Gateway {
  /** Handles requests; the caller listens, or hands it streams by `emit('connection', …)`. */
  readonly server: Server
  readonly faults: readonly FaultName[]
  /** Takes over open windows and buffers that Redis holds; where Redis is away, as soon as it is back. */
  start(): Promise<void>
  /**
   * `/ready` refuses at once; for `drainMs` all else is served as before. Then requests under way and what falls due
   * within `graceMs` are waited for. Windows that end later stay in Redis for the next gateway.
   */
  close(options: { readonly graceMs: number; readonly drainMs?: number }): Promise<void>
}

/** The gateway as its contract documents it, bent by the named faults. Throws on an unknown fault. */
export function createGateway(options: GatewayOptions): Gateway {
  const { witness } = options
  const { behaviour, names } = bend(witness?.behaviour ?? documented, options.faults ?? [])
  const world = worldOf(options, behaviour)
  const { clock, metrics, redis, journal } = world
  const pipeline = new SignalPipeline(world)
  const { closings } = pipeline.storms
  const closing = new AbortController()
  const closed = new AbortController()
  const router = new Router(world, new SignalEndpoint(world, pipeline), () => closing.signal.aborted)
  const http = new GatewayServer(world, router)

  return {
    server: http.server,
    faults: names,
    start: async () => {
      watchAvailability(redis, metrics, clock, closed.signal)
      if (behaviour.keepsDeadlines && behaviour.takesOver) await closings.takeOver(closed.signal)
      journal.info('gateway started', { faults: names.join(',') })
    },
    close: async ({ graceMs, drainMs = 0 }) => {
      closing.abort()
      if (drainMs > 0) await clock.sleep(drainMs)
      const end = clock.now() + graceMs
      await http.close(graceMs)
      await closings.drain(behaviour.keepsDeadlines ? Math.max(0, end - clock.now()) : 0)
      closed.abort()
      journal.info('gateway closed')
    },
  }
}

function worldOf(options: GatewayOptions, behaviour: Behaviour): World {
  const { config, kube, clock, random, podNamespace } = options
  const metrics = new Metrics(behaviour.moves, clock)
  return {
    config,
    behaviour,
    kube,
    redis: watchRedis(options.redis, metrics, config.redis.poolSize),
    clock,
    random,
    metrics,
    journal: journalTo(options.log ?? (() => undefined), clock),
    policy: options.policy ?? alwaysP2,
    fallbackNamespace: config.fallbackNamespace || podNamespace || 'kubernaut-system',
  }
}
