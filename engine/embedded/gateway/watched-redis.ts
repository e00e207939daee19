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
  #running = 0

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    metrics.beforeText(() => this.#show())
  }

  begin(): void {
    this.#count(this.connected ? 'hits' : 'misses')
    this.#running += 1
  }

  end(): void {
    this.#running -= 1
  }

  failed(operation: string, error: unknown): void {
    const metrics = this.#metrics
    metrics.add('gateway_redis_operation_errors_total', { operation })
    if (error instanceof Error && /time(?:d )?out/i.test(error.message)) this.#count('timeouts')
    if (this.connected) {
      const stale = metrics.value('gateway_redis_pool_stale_connections')
      metrics.set('gateway_redis_pool_stale_connections', stale + 1)
    }
    this.connected = false
  }

  #count(what: 'hits' | 'misses' | 'timeouts'): void {
    const metrics = this.#metrics
    metrics.add(`gateway_redis_pool_${what}_total`)
    metrics.set(`gateway_redis_pool_${what}`, metrics.value(`gateway_redis_pool_${what}_total`))
  }

  #show(): void {
    const metrics = this.#metrics
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
export async function watchAvailability(
  redis: Redis,
  metrics: Metrics,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let awaySince: number | undefined
  while (!signal.aborted) {
    try {
      await clock.sleep(TICK_MS, signal)
    } catch {
      // Aborted: the gateway closes.
      return
    }
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
  }
}
