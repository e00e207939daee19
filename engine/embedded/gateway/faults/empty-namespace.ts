import type { Fault } from './fault.ts'

export const emptyNamespace: Fault = {
  name: 'empty-namespace',
  summary: 'An alert without a namespace is not sent to the fallback namespace.',
  consequence: 'A cluster-scoped event is answered with 500, or lost in a storm.',
  from: 'Q9',
  change: () => ({ refusesEmptyNamespace: true }),
}
