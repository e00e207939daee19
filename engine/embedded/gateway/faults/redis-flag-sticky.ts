import type { Fault } from './fault.ts'

export const redisFlagSticky: Fault = {
  name: 'redis-flag-sticky',
  summary: 'Whether Redis is there is remembered from the last command that noticed.',
  consequence: 'The first alert of an outage is answered with 201 or 202 instead of 503.',
  from: 'Q11',
  change: () => ({ redisStateSticks: true }),
}
