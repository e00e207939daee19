import type { Fault } from './fault.ts'

export const stormThresholdInclusive: Fault = {
  name: 'storm-threshold-inclusive',
  summary: 'A counter that has reached the threshold already means storm.',
  consequence: 'One alert less than configured gets an object of its own.',
  change: () => ({ exceeds: (count, threshold) => count >= threshold }),
}
