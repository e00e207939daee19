import type { Fault } from './fault.ts'

export const severityLost: Fault = {
  name: 'severity-lost',
  summary: 'All signals are warnings.',
  consequence: 'An object of a critical alert says warning.',
  change: () => ({ severity: () => 'warning' }),
}
