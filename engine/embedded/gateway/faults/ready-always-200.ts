import type { Fault } from './fault.ts'

export const readyAlways200: Fault = {
  name: 'ready-always-200',
  summary: 'The readiness check never fails.',
  consequence: '/ready is answered with 200 while Redis is away.',
  change: () => ({ reply: (reply, path) => (path === '/ready' ? { ...reply, status: 200 } : reply) }),
}
