import type { Fault } from './fault.ts'

export const redisErrorAnswered200: Fault = {
  name: 'redis-error-answered-200',
  summary: 'A signal that Redis could not check is answered as if all were well.',
  consequence: 'During an outage of Redis alerts are answered with 200 and get no object.',
  change: () => ({
    reply: (reply, path) =>
      path.startsWith('/api/') && reply.status === 503 ? { ...reply, status: 200 } : reply,
  }),
}
