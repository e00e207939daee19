import { asNumber, asTexts } from './redis-replies.ts'
import { resourceId, type Signal } from './signal.ts'
import type { World } from './world.ts'

/** Why a signal counts as part of a storm. */
export interface Storm {
  readonly type: 'rate' | 'pattern'
  readonly window: '1m' | '2m'
  readonly alertCount: number
}

const RATE_SECONDS = 60
const PATTERN_SECONDS = 120

/** Counts and, on the first count, sets the expiry: in one step, so that no counter can stay for ever. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count`

/** Counts signals of one name: how many in a minute, how many resources in two. */
export class StormDetector {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Undefined for no storm; also when Redis cannot be asked. */
  async detect(signal: Signal): Promise<Storm | undefined> {
    const { metrics, journal } = this.#world
    try {
      return await metrics.timed('storm_detection', async () => {
        const rate = await metrics.timed('storm_detection_rate', () => this.#rate(signal))
        if (rate !== undefined) return rate
        return metrics.timed('storm_detection_pattern', () => this.#pattern(signal))
      })
    } catch (error) {
      journal.error('storm detection failed, taken as no storm', error)
      return undefined
    }
  }

  async #rate({ namespace, name }: Signal): Promise<Storm | undefined> {
    const { behaviour, config, journal } = this.#world
    const key = behaviour.rateKey(namespace, name)
    try {
      const alertCount = await this.#count(key)
      if (!behaviour.exceeds(alertCount, config.storm.rateThreshold)) return undefined
      return { type: 'rate', window: '1m', alertCount }
    } catch (error) {
      journal.error('rate not counted', error)
      return undefined
    }
  }

  async #count(key: string): Promise<number> {
    const { redis, behaviour, journal } = this.#world
    if (behaviour.rateExpiryIsSure) return asNumber(await redis.command('EVAL', COUNT, 1, key, RATE_SECONDS))
    const count = asNumber(await redis.command('INCR', key))
    if (count !== 1) return count
    try {
      await redis.command('EXPIRE', key, RATE_SECONDS)
    } catch (error) {
      journal.error('rate counter without expiry', error)
    }
    return count
  }

  async #pattern({ namespace, name, resource }: Signal): Promise<Storm | undefined> {
    const { redis, behaviour, config, clock } = this.#world
    const key = behaviour.patternKey(namespace, name)
    const now = Math.floor(clock.wall() / 1000)
    await redis.command('ZADD', key, now, resourceId(resource))
    await redis.command('ZREMRANGEBYSCORE', key, 0, now - PATTERN_SECONDS)
    await redis.command('EXPIRE', key, PATTERN_SECONDS)
    const size = asNumber(await redis.command('ZCARD', key))
    if (!behaviour.exceeds(size, config.storm.patternThreshold)) return undefined
    const members = asTexts(await redis.command('ZRANGE', key, 0, -1))
    return { type: 'pattern', window: '2m', alertCount: members.length }
  }
}
