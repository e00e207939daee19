import type { Fault } from './fault.ts'

export const finalPhaseInProgress: Fault = {
  name: 'final-phase-in-progress',
  summary: 'Objects are never taken as finished.',
  consequence: 'A repeat after Completed is still a duplicate.',
  change: () => ({ isFinal: () => false }),
}
