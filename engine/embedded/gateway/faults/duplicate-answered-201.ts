import type { Fault } from './fault.ts'

export const duplicateAnswered201: Fault = {
  name: 'duplicate-answered-201',
  summary: 'A duplicate is answered as if it were created.',
  consequence: 'The status of a repeat is 201.',
  change: () => ({
    reply: (reply) => (reply.body.includes('"duplicate":true') ? { ...reply, status: 201 } : reply),
  }),
}
