import type { Fault } from './fault.ts'

export const badRequestAnswered500: Fault = {
  name: 'bad-request-answered-500',
  summary: 'A refused body is answered as an error of the server.',
  consequence: 'Invalid JSON is answered with 500.',
  change: () => ({ reply: (reply) => (reply.status === 400 ? { ...reply, status: 500 } : reply) }),
}
