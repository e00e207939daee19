import type { Fault } from './fault.ts'

export const aggregateMissesLast: Fault = {
  name: 'aggregate-misses-last',
  summary: 'The object leaves out the last resource.',
  consequence: 'The object lists one resource less than the alerts had.',
  change: (before) => ({ affected: (resources) => before.affected(resources).slice(0, -1) }),
}
