import type { Fault } from './fault.ts'

export const fallbackCollision: Fault = {
  name: 'fallback-collision',
  summary: 'In the fallback namespace a name that is taken is an error.',
  consequence: 'The second alert for a missing namespace within one second is answered with 500.',
  from: 'Q10 Q15',
  change: () => ({ failsOnFallbackCollision: true }),
}
