import type { Fault } from './fault.ts'

export const reusedName: Fault = {
  name: 'reused-name',
  summary: 'When the name of a new object is taken, the object that has it is returned as created.',
  consequence: 'A finished alert that fires again within the second of its first object gets no new one.',
  from: 'G5 Q14',
  change: () => ({ reusesName: true }),
}
