import type { Fault } from './fault.ts'

export const pendingPhaseFinal: Fault = {
  name: 'pending-phase-final',
  summary: 'An object whose remediation has not begun is taken as finished.',
  consequence: 'A repeat during Pending makes a second object.',
  change: (before) => ({ isFinal: (phase) => phase === 'Pending' || before.isFinal(phase) }),
}
