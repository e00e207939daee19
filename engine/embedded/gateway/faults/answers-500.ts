import type { Fault } from './fault.ts'

export const answers500: Fault = {
  name: 'answers-500',
  summary: 'Every request is answered with 500.',
  consequence: 'No alert is accepted.',
  change: () => ({ reply: (reply) => ({ ...reply, status: 500 }) }),
}
