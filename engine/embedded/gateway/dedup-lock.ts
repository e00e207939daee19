import type { World } from './world.ts'

export type Release = () => Promise<void>

const LOCK_SECONDS = 5
const LONGEST_WAIT_MS = LOCK_SECONDS * 1000
const POLL_MS = 50
const PAUSE_MS = 100
/** Leaves room for the rest of the answer within the 3 s that a request without Redis may take. */
const REDIS_ANSWERS_WITHIN_MS = 2500

/** Deletes the lock only where it is still ours. */
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/** One signal of a fingerprint at a time: in turns within this process, by a key in Redis between processes. */
export class DedupLock {
  readonly #world: World
  readonly #turns = new Map<string, Promise<void>>()

  constructor(world: World) {
    this.#world = world
  }

  /** Rejects when Redis is away. After 5 s of waiting the caller goes on without the lock. */
  async take(fingerprint: string): Promise<Release> {
    const passTurn = await this.#turn(fingerprint)
    try {
      const token = this.#world.random.word(16)
      const key = lockKey(fingerprint)
      const owned = await this.#acquire(key, token)
      return async () => {
        passTurn()
        if (owned) await this.#unlock(key, token)
      }
    } catch (error) {
      passTurn()
      throw error
    }
  }

  /** The way of the program of 24 November 2025: one pause, and the key is left to expire. */
  async pauseOnce(fingerprint: string): Promise<void> {
    const { redis, clock, journal } = this.#world
    try {
      const reply = await redis.command('SET', lockKey(fingerprint), '1', 'EX', LOCK_SECONDS, 'NX')
      if (reply === null) await clock.sleep(PAUSE_MS)
    } catch (error) {
      journal.error('deduplication lock not taken', error)
    }
  }

  /** Waits for those before, at most 5 s, and rejects earlier when Redis turns out to be away meanwhile. */
  async #turn(fingerprint: string): Promise<() => void> {
    const before = this.#turns.get(fingerprint)
    let release: () => void = () => undefined
    const mine = new Promise<void>((resolve) => (release = resolve))
    const tail = (before ?? Promise.resolve()).then(() => mine)
    this.#turns.set(fingerprint, tail)
    const pass = (): void => {
      release()
      if (this.#turns.get(fingerprint) === tail) this.#turns.delete(fingerprint)
    }
    if (before === undefined) return pass
    try {
      const alive = this.#answered(this.#world.redis.command('PING'))
      await Promise.race([this.#atMost(LONGEST_WAIT_MS, before), alive.then(() => before)])
    } catch (error) {
      pass()
      throw error
    }
    return pass
  }

  async #acquire(key: string, token: string): Promise<boolean> {
    const { redis, clock } = this.#world
    const deadline = clock.now() + LONGEST_WAIT_MS
    for (;;) {
      const set = redis.command('SET', key, token, 'EX', LOCK_SECONDS, 'NX')
      if ((await this.#answered(set)) !== null) return true
      if (clock.now() + POLL_MS > deadline) return false
      await clock.sleep(POLL_MS)
    }
  }

  async #unlock(key: string, token: string): Promise<void> {
    try {
      await this.#world.redis.command('EVAL', UNLOCK, 1, key, token)
    } catch (error) {
      this.#world.journal.error('deduplication lock not released, it expires by itself', error)
    }
  }

  /** The reply of Redis; rejects when there is none in time. */
  async #answered(reply: Promise<unknown>): Promise<unknown> {
    if (await this.#atMost(REDIS_ANSWERS_WITHIN_MS, reply)) return reply
    throw new Error(`redis: no answer within ${REDIS_ANSWERS_WITHIN_MS} ms`)
  }

  /** Whether a promise settled in time; its rejection is passed on. */
  async #atMost(ms: number, promise: Promise<unknown>): Promise<boolean> {
    let cancel: () => void = () => undefined
    const late = new Promise<false>((resolve) => {
      cancel = this.#world.clock.after(ms, () => resolve(false))
    })
    try {
      return await Promise.race([promise.then(() => true), late])
    } finally {
      cancel()
    }
  }
}

function lockKey(fingerprint: string): string {
  return `gateway:dedup:lock:${fingerprint}`
}
