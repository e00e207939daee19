import type { Fault } from './fault.ts'

export const dedupIgnoresKind: Fault = {
  name: 'dedup-ignores-kind',
  summary: 'The fingerprint leaves out the kind of the resource.',
  consequence: 'An alert for a deployment is a duplicate of one for a pod of the same name.',
  change: (before) => ({ fingerprint: (identity) => before.fingerprint({ ...identity, kind: '' }) }),
}
