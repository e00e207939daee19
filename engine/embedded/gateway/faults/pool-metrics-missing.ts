import type { Fault } from './fault.ts'
import { without } from './exposition.ts'

export const poolMetricsMissing: Fault = {
  name: 'pool-metrics-missing',
  summary: 'The metrics of the Redis pool are not exposed.',
  consequence: 'gateway_redis_pool_connections_total and its like are missing.',
  change: () => ({
    reply: (reply, path) => (path === '/metrics' ? without(reply, 'gateway_redis_pool_') : reply),
  }),
}
