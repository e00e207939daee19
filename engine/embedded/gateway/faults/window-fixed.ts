import type { Fault } from './fault.ts'

export const windowFixed: Fault = {
  name: 'window-fixed',
  summary: 'The object of a window is built a fixed time after its opening, joins notwithstanding.',
  consequence: 'Alerts that join later are answered with 202 and are in no object.',
  from: 'G2 Q6',
  change: () => ({ windowSlides: false }),
}
