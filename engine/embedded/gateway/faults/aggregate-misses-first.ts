import type { Fault } from './fault.ts'

export const aggregateMissesFirst: Fault = {
  name: 'aggregate-misses-first',
  summary: 'The object leaves out the first resource.',
  consequence: 'The object lists one resource less than the alerts had.',
  change: (before) => ({ affected: (resources) => before.affected(resources).slice(1) }),
}
