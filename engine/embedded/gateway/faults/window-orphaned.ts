import type { Fault } from './fault.ts'

export const windowOrphaned: Fault = {
  name: 'window-orphaned',
  summary: 'Deadlines of windows and buffers live in the process alone.',
  consequence: 'After a restart the alerts of an open window are in no object.',
  from: 'Q8 Q34',
  change: () => ({ keepsDeadlines: false }),
}
