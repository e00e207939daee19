import type { Clock } from '../../base/clock.ts'
import type { Metrics } from './metrics.ts'
import type { Redis } from './ports.ts'

/** The same Redis, with its pool and its failures shown in the metrics. One connection serves all commands. */
export function watchRedis(redis: Redis, metrics: Metrics, poolSize: number): Redis {
  metrics.set('gateway_deduplication_pool_max_size', poolSize)
  const pool = new PoolMetrics(metrics)
  return {
    async command(name, ...args) {
      pool.begin()
      try {
        const reply = await redis.command(name, ...args)
        pool.connected = true
        return reply
      } catch (error) {
        pool.failed(name.toLowerCase(), error)
        throw error
      } finally {
        pool.end()
      }
    },
  }
}

class PoolMetrics {
  /** Whether the last command was answered. */
  connected = false
  readonly #metrics: Metrics
  readonly #counts = { hits: 0, misses: 0, timeouts: 0 }
  #running = 0

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    metrics.beforeText(() => this.#show())
  }

  begin(): void {
    this.#counts[this.connected ? 'hits' : 'misses'] += 1
    this.#running += 1
  }

  end(): void {
    this.#running -= 1
  }

  failed(operation: string, error: unknown): void {
    const metrics = this.#metrics
    metrics.add('gateway_redis_operation_errors_total', { operation })
    if (error instanceof Error && /time(?:d )?out/i.test(error.message)) this.#counts.timeouts += 1
    if (this.connected) {
      const stale = metrics.value('gateway_redis_pool_stale_connections')
      metrics.set('gateway_redis_pool_stale_connections', stale + 1)
    }
    this.connected = false
  }

  #show(): void {
    const metrics = this.#metrics
    for (const what of ['hits', 'misses', 'timeouts'] as const) {
      metrics.set(`gateway_redis_pool_${what}_total`, this.#counts[what])
      metrics.set(`gateway_redis_pool_${what}`, this.#counts[what])
    }
    const total = this.connected ? 1 : 0
    const active = Math.min(this.#running, total)
    metrics.set('gateway_redis_pool_connections_total', total)
    metrics.set('gateway_redis_pool_total_connections', total)
    metrics.set('gateway_redis_pool_connections_active', active)
    metrics.set('gateway_redis_pool_connections_idle', total - active)
    metrics.set('gateway_redis_pool_idle_connections', total - active)
    metrics.set('gateway_deduplication_pool_size', total)
    metrics.set('gateway_duplicate_prevention_active', total)
  }
}

const TICK_MS = 5000

/** Pings Redis every 5 s for the metrics of its availability, until the signal is aborted. */
export function watchAvailability(redis: Redis, metrics: Metrics, clock: Clock, signal: AbortSignal): void {
  let awaySince: number | undefined
  const look = async (): Promise<void> => {
    const answers = await redis.command('PING').then(
      () => true,
      () => false,
    )
    metrics.set('gateway_redis_available', answers ? 1 : 0)
    if (answers && awaySince !== undefined) {
      metrics.add('gateway_redis_outage_duration_seconds_total', {}, (clock.now() - awaySince) / 1000)
      awaySince = undefined
    }
    if (!answers && awaySince === undefined) {
      metrics.add('gateway_redis_outage_count_total')
      awaySince = clock.now()
    }
    lookLater()
  }
  let cancel = (): void => undefined
  const lookLater = (): void => {
    if (!signal.aborted) cancel = clock.after(TICK_MS, () => void look())
  }
  lookLater()
  signal.addEventListener('abort', () => cancel(), { once: true })
}
