import type { Fault } from './fault.ts'

export const fallbackInvisible: Fault = {
  name: 'fallback-invisible',
  summary: 'Deduplication looks only into the namespace of the signal.',
  consequence: 'Every repeat of an alert for a missing namespace creates another object.',
  from: 'Q10 Q15',
  change: () => ({
    standsFor: (object, signal) => object.metadata.namespace === signal.namespace,
  }),
}
