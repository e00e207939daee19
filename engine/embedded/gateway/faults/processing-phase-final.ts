import type { Fault } from './fault.ts'

export const processingPhaseFinal: Fault = {
  name: 'processing-phase-final',
  summary: 'An object in processing is taken as finished.',
  consequence: 'A repeat during Processing makes a second object.',
  change: (before) => ({ isFinal: (phase) => phase === 'Processing' || before.isFinal(phase) }),
}
