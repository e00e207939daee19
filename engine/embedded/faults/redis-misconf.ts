import { WRITES } from './redis-commands.ts'
import type { RedisFault } from './fault.ts'

const SAYS = 'MISCONF Redis cannot save to its disk and takes no writes until it can'

export const redisMisconf: RedisFault = {
  on: 'redis',
  name: 'redis-misconf',
  summary: 'Writes, scripts and PING are refused with MISCONF, as when the disk is full; reads go on.',
  begin: (door) =>
    Promise.resolve(door.refuse((name) => (name === 'PING' || WRITES.has(name) ? SAYS : undefined))),
}
