import type { RedisFault } from './fault.ts'

const USUAL_MS = 500

export const redisSlow: RedisFault = {
  on: 'redis',
  name: 'redis-slow',
  summary: 'Replies are held back, 500 ms unless told, each in its turn.',
  begin: (door, { ms = USUAL_MS }) => Promise.resolve(door.delayReplies(ms)),
}
