import type { Fault } from './fault.ts'

export const membersReenter: Fault = {
  name: 'members-reenter',
  summary: 'Only the alert that a storm object stands for is a duplicate of it, not the other members.',
  consequence: 'A repeat of another member is buffered again and may start a second storm object.',
  from: 'Q20',
  change: () => ({ knowsMembers: false }),
}
