import type { Fault } from './fault.ts'

export const partialHash: Fault = {
  name: 'partial-hash',
  summary: 'A duplicate is counted in its hash even when the hash has expired.',
  consequence: 'After the TTL a hash appears that has a count and no reference.',
  from: 'Q36',
  change: () => ({ countsInPartialHash: true }),
}
