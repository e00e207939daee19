import type { Fault } from './fault.ts'

export const metricsMeaningless: Fault = {
  name: 'metrics-meaningless',
  summary: 'The aggregation ratio is always 1 and the duration of a window is the configured one.',
  consequence: 'The figures say nothing of the storm that was.',
  from: 'Q23',
  change: () => ({ measuresWindows: false }),
}
