import type { RedisFault } from './fault.ts'

export const redisDown: RedisFault = {
  on: 'redis',
  name: 'redis-down',
  summary: 'Connections are closed and new ones refused; the data is still there afterwards.',
  begin: (door) => door.shut(),
}
