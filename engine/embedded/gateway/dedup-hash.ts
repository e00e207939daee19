import { rfc3339, rfc3339Nano } from './go-time.ts'
import type { RemediationRequest } from './ports.ts'
import { asNumber, asText, wholeSeconds } from './redis-replies.ts'
import type { Signal } from './signal.ts'
import type { World } from './world.ts'

/** What Redis knows of a duplicate. */
export interface HashCount {
  readonly count: number
  readonly ref: string
  readonly firstSeen: string
  readonly lastSeen: string
}

/** KEYS: hash; ARGV: last seen, TTL in seconds (0 = none). Counts only where the hash is whole. */
const COUNT_WHOLE = `
if redis.call('HEXISTS', KEYS[1], 'remediationRequestRef') == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], 'count', 1)
redis.call('HSET', KEYS[1], 'lastSeen', ARGV[1])
if ARGV[2] ~= '0' then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return 1`

/** The hash per fingerprint, which stands in for the objects while the API server is away. */
export class DedupHash {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Writes it anew for an object that was just made. */
  async store(signal: Signal, object: RemediationRequest): Promise<void> {
    const now = rfc3339(this.#world.clock.wall())
    const key = hashKey(signal.fingerprint)
    const { namespace = '', name } = object.metadata
    const fields = {
      fingerprint: signal.fingerprint,
      alertName: signal.name,
      namespace: signal.namespace,
      resource: signal.resource.name,
      firstSeen: now,
      lastSeen: now,
      count: '1',
      remediationRequestRef: `${namespace}/${name}`,
    }
    await this.#world.metrics.timed('deduplication_store', async () => {
      await this.#world.redis.command('HSET', key, ...Object.entries(fields).flat())
      await this.#expire(key)
    })
  }

  /** Counts a duplicate that the objects have decided. */
  async count(fingerprint: string): Promise<void> {
    const { redis, clock, behaviour } = this.#world
    const key = hashKey(fingerprint)
    const now = rfc3339(clock.wall())
    if (behaviour.countsInPartialHash) {
      await this.#countAnyway(key, now)
      return
    }
    const ttl = behaviour.refreshesHash ? this.#ttlSeconds() : undefined
    await redis.command('EVAL', COUNT_WHOLE, 1, key, now, ttl ?? 0)
  }

  /** The hash decides: undefined where there is none. Rejects when a duplicate cannot be counted. */
  async lookUp(fingerprint: string): Promise<HashCount | undefined> {
    const { redis, clock } = this.#world
    const key = hashKey(fingerprint)
    const lastSeen = rfc3339Nano(clock.wall())
    if (!(await this.#exists(key))) return undefined
    const count = await this.#countAnyway(key, lastSeen)
    const ref = asText(await redis.command('HGET', key, 'remediationRequestRef')) ?? ''
    const firstSeen = asText(await redis.command('HGET', key, 'firstSeen')) ?? ''
    return { count, ref, firstSeen, lastSeen }
  }

  /** Redis away means unknown, and the unknown is new. */
  async #exists(key: string): Promise<boolean> {
    try {
      return asNumber(await this.#world.redis.command('EXISTS', key)) > 0
    } catch (error) {
      this.#world.journal.error('deduplication hash not looked up', error)
      return false
    }
  }

  async #countAnyway(key: string, lastSeen: string): Promise<number> {
    const { redis } = this.#world
    const count = asNumber(await redis.command('HINCRBY', key, 'count', 1))
    await redis.command('HSET', key, 'lastSeen', lastSeen)
    await this.#expire(key)
    return count
  }

  async #expire(key: string): Promise<void> {
    const seconds = this.#ttlSeconds()
    if (seconds !== undefined) await this.#world.redis.command('EXPIRE', key, seconds)
  }

  #ttlSeconds(): number | undefined {
    const ms = this.#world.behaviour.hashTtlMs(this.#world.config.dedupTtlMs)
    return ms === undefined ? undefined : wholeSeconds(ms)
  }
}

function hashKey(fingerprint: string): string {
  return `gateway:dedup:fingerprint:${fingerprint}`
}
