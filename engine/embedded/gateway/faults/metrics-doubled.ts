import type { Fault } from './fault.ts'

export const metricsDoubled: Fault = {
  name: 'metrics-doubled',
  summary: 'Storms, storm objects, failed storm objects and answered signals are counted twice.',
  consequence: 'Counters rise by 2 for one event.',
  from: 'G6 Q22',
  change: () => ({ times: () => 2 }),
}
