import type { Fault } from './fault.ts'

export const dedupTtlNotRefreshed: Fault = {
  name: 'dedup-ttl-not-refreshed',
  summary: 'A duplicate leaves the expiry of its hash as it was.',
  consequence: 'The hash of an alert that goes on firing expires.',
  change: () => ({ refreshesHash: false }),
}
