import type { RedisFault } from './fault.ts'

export const redisLost: RedisFault = {
  on: 'redis',
  name: 'redis-lost',
  summary: 'The server is restarted and comes back empty; ending the fault changes nothing.',
  begin: async (door) => {
    await door.restart()
    return () => Promise.resolve()
  },
}
