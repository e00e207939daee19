import { GROWING } from './redis-commands.ts'
import type { RedisFault } from './fault.ts'

const SAYS = 'OOM command not allowed: used memory is above maxmemory'

export const redisOom: RedisFault = {
  on: 'redis',
  name: 'redis-oom',
  summary: 'Scripts and writes that need memory are refused with OOM; deleting, expiring and reading go on.',
  begin: (door) => Promise.resolve(door.refuse((name) => (GROWING.has(name) ? SAYS : undefined))),
}
