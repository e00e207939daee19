import type { Fault } from './fault.ts'

export const stormNever: Fault = {
  name: 'storm-never',
  summary: 'No number of alerts is a storm.',
  consequence: 'With a threshold of 0 an alert is answered with 201.',
  change: () => ({ exceeds: () => false }),
}
