import type { Fault } from './fault.ts'

export const occurrencesLost: Fault = {
  name: 'occurrences-lost',
  summary: 'Concurrent duplicates do not wait for each other, and a conflict is not tried again.',
  consequence: 'Ten simultaneous alerts leave an occurrence count below ten.',
  change: () => ({ waitsForTheFirst: false, retriesConflicts: false }),
}
