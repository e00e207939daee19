import type { Fault } from './fault.ts'

export const duplicateCreatesSecond: Fault = {
  name: 'duplicate-creates-second',
  summary: 'A duplicate is counted and gets an object of its own all the same.',
  consequence: 'Each repeat makes another object for one fingerprint.',
  change: () => ({ createsForDuplicates: true }),
}
