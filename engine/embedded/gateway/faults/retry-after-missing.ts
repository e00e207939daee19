import type { Fault } from './fault.ts'

export const retryAfterMissing: Fault = {
  name: 'retry-after-missing',
  summary: 'Answers with 503 and 429 do not say when to come back.',
  consequence: 'The header Retry-After is missing.',
  change: () => ({
    reply: (reply) => {
      const { 'Retry-After': _lost, ...headers } = reply.headers
      return { ...reply, headers }
    },
  }),
}
