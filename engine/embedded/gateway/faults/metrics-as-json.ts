import type { Fault } from './fault.ts'

export const metricsAsJson: Fault = {
  name: 'metrics-as-json',
  summary: '/metrics says that it is JSON.',
  consequence: 'The content type is not text/plain.',
  change: () => ({
    reply: (reply, path) =>
      path === '/metrics'
        ? { ...reply, headers: { ...reply.headers, 'Content-Type': 'application/json' } }
        : reply,
  }),
}
