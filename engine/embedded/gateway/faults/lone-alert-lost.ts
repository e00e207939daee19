import type { Fault } from './fault.ts'

export const loneAlertLost: Fault = {
  name: 'lone-alert-lost',
  summary: 'A buffer that stays below its threshold expires with all that is in it.',
  consequence: 'An alert answered with 202 never gets an object.',
  from: 'G1 Q5',
  change: () => ({ flushesBuffers: false }),
}
