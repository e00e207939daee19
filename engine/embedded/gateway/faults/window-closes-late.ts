import type { Fault } from './fault.ts'

export const windowClosesLate: Fault = {
  name: 'window-closes-late',
  summary: 'A window ends after three times its time.',
  consequence: 'The object comes late.',
  change: (before) => ({ closesAfterMs: (inactivity) => 3 * before.closesAfterMs(inactivity) }),
}
