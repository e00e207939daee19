import { asNumber } from './redis-replies.ts'
import type { World } from './world.ts'

const WINDOW_MS = 60_000

/**
 * KEYS: log of one address. ARGV: now, window in ms, most requests, unique member.
 * Replies 0 for a request that may pass, else the ms until one may.
 */
const ADMIT = `
local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
if redis.call('ZCARD', KEYS[1]) < most then
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 0
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return string.format('%.0f', math.max(1, tonumber(oldest[2]) + window - now))`

/** At most `requests_per_minute + burst` requests per address in any 60 s. */
export class RateLimit {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Undefined: it may pass. Else the whole seconds after which it may try again. Without Redis all may pass. */
  async refusal(address: string): Promise<number | undefined> {
    const { config, behaviour, redis, clock, random, journal } = this.#world
    const { requestsPerMinute, burst } = config.rateLimit
    if (requestsPerMinute === 0 || !behaviour.limitsRate) return undefined
    const now = Math.floor(clock.wall())
    const most = requestsPerMinute + burst
    try {
      const member = `${now}-${random.word(12)}`
      const reply = await redis.command(
        'EVAL',
        ADMIT,
        1,
        `ratelimit:${address}`,
        now,
        WINDOW_MS,
        most,
        member,
      )
      const waitMs = asNumber(reply)
      return waitMs === 0 ? undefined : Math.ceil(waitMs / 1000)
    } catch (error) {
      journal.error('rate not limited', error, { source_ip: address })
      return undefined
    }
  }
}
