import type { RedisFault } from './fault.ts'

export const redisPaused: RedisFault = {
  on: 'redis',
  name: 'redis-paused',
  summary: 'Connections stay open and nothing is answered; what was asked is done afterwards.',
  begin: (door) => Promise.resolve(door.pause()),
}
