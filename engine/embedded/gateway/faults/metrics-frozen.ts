import type { Fault } from './fault.ts'
import { frozenDefinitions } from '../metric-definitions.ts'

export const metricsFrozen: Fault = {
  name: 'metrics-frozen',
  summary: 'Many metrics are registered and never written.',
  consequence: 'The gauges of the Redis pool and of requests in flight stay at 0, vectors never appear.',
  from: 'G6',
  change: (before) => ({
    moves: (metric) => !Object.hasOwn(frozenDefinitions, metric) && before.moves(metric),
  }),
}
