import type { Fault } from './fault.ts'

export const stateLostAtRestart: Fault = {
  name: 'state-lost-at-restart',
  summary: 'A starting gateway does not look for open windows and buffers.',
  consequence: 'Alerts taken before a restart are in no object.',
  change: () => ({ takesOver: false }),
}
