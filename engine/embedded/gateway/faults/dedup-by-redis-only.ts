import type { Fault } from './fault.ts'

export const dedupByRedisOnly: Fault = {
  name: 'dedup-by-redis-only',
  summary: 'The hash in Redis decides what is a duplicate, not the objects.',
  consequence: 'After the TTL a repeat of an unfinished alert makes a second object.',
  change: () => ({ objectsDecide: false, knowsMembers: false }),
}
