import type { Fault } from './fault.ts'

export const occurrencesOffByOne: Fault = {
  name: 'occurrences-off-by-one',
  summary: 'A duplicate counts twice.',
  consequence: 'After one repeat the occurrence count is 3.',
  change: (before) => ({ nextCount: (count) => before.nextCount(count) + 1 }),
}
