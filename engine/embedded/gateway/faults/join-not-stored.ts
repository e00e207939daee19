import type { Fault } from './fault.ts'

export const joinNotStored: Fault = {
  name: 'join-not-stored',
  summary: 'A joining alert is answered, but not stored.',
  consequence: 'The object lists only the alerts that were buffered.',
  change: () => ({ storesJoins: false }),
}
