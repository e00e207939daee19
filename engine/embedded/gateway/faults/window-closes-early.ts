import type { Fault } from './fault.ts'

export const windowClosesEarly: Fault = {
  name: 'window-closes-early',
  summary: 'A window ends after half its time.',
  consequence: 'The object comes early, and a later alert of the burst gets another.',
  change: (before) => ({ closesAfterMs: (inactivity) => before.closesAfterMs(inactivity) / 2 }),
}
