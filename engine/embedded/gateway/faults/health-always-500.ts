import type { Fault } from './fault.ts'

export const healthAlways500: Fault = {
  name: 'health-always-500',
  summary: 'The liveness check always fails.',
  consequence: '/health is answered with 500.',
  change: () => ({
    reply: (reply, path) => (path.startsWith('/health') ? { ...reply, status: 500 } : reply),
  }),
}
