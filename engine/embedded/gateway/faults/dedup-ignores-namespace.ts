import type { Fault } from './fault.ts'

export const dedupIgnoresNamespace: Fault = {
  name: 'dedup-ignores-namespace',
  summary: 'The fingerprint leaves out the namespace, and objects of all namespaces count.',
  consequence: 'The same alert in a second namespace is answered as a duplicate.',
  change: (before) => ({
    fingerprint: (identity) => before.fingerprint({ ...identity, namespace: '' }),
    standsFor: () => true,
  }),
}
