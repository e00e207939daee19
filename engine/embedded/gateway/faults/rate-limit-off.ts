import type { Fault } from './fault.ts'

export const rateLimitOff: Fault = {
  name: 'rate-limit-off',
  summary: 'The configured rate limit is not applied.',
  consequence: 'No request is ever answered with 429.',
  from: 'G8 Q3',
  change: () => ({ limitsRate: false }),
}
