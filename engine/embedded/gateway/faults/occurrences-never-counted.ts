import type { Fault } from './fault.ts'

export const occurrencesNeverCounted: Fault = {
  name: 'occurrences-never-counted',
  summary: 'A duplicate does not raise the count.',
  consequence: 'The occurrence count stays 1.',
  change: () => ({ nextCount: (count) => count }),
}
