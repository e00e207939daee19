import type { Fault } from './fault.ts'

export const dedupByNameOnly: Fault = {
  name: 'dedup-by-name-only',
  summary: 'The fingerprint is made of the name and the namespace alone.',
  consequence: 'An alert for another pod is answered as a duplicate of the first.',
  change: (before) => ({
    fingerprint: (identity) => before.fingerprint({ ...identity, kind: '', resource: '' }),
  }),
}
