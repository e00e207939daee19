import type { Fault } from './fault.ts'

export const aggregateBare: Fault = {
  name: 'aggregate-bare',
  summary: 'A storm object carries the bare identity of the alert that reached the threshold.',
  consequence: 'The object has no labels, annotations and payload, and the fingerprint of the second alert.',
  from: 'Q19',
  change: () => ({ aggregatesFirst: false }),
}
