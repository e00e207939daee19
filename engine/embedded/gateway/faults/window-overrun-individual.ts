import type { Fault } from './fault.ts'

export const windowOverrunIndividual: Fault = {
  name: 'window-overrun-individual',
  summary: 'A window older than its maximum turns alerts away instead of making room for a new buffer.',
  consequence: 'An alert of a going storm is answered with 201 and gets an object of its own.',
  from: 'D.4 Q42',
  change: () => ({ overrunIsIndividual: true }),
}
