import type { Fault } from './fault.ts'

export const bufferThresholdOffByOne: Fault = {
  name: 'buffer-threshold-off-by-one',
  summary: 'A buffer takes one alert more than its threshold before it becomes a window.',
  consequence: 'The alert that should start a window is answered as buffered.',
  change: (before) => ({ bufferThreshold: (configured) => before.bufferThreshold(configured) + 1 }),
}
