import type { Fault } from './fault.ts'

export const metricsEmpty: Fault = {
  name: 'metrics-empty',
  summary: '/metrics answers with an empty body.',
  consequence: 'No metric is present.',
  change: () => ({ reply: (reply, path) => (path === '/metrics' ? { ...reply, body: '' } : reply) }),
}
