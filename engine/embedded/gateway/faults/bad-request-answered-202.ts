import type { Fault } from './fault.ts'

export const badRequestAnswered202: Fault = {
  name: 'bad-request-answered-202',
  summary: 'A refused body is answered as accepted.',
  consequence: 'Invalid JSON is answered with 202.',
  change: () => ({ reply: (reply) => (reply.status === 400 ? { ...reply, status: 202 } : reply) }),
}
