import { RedisConnection, type ConnectionOptions } from './connection.ts'
import type { KeyLook } from './look.ts'
import { RedisReplyError } from './redis-errors.ts'
import { WatchedKey } from './watched-key.ts'

export interface KeyWatch {
  /** Why the key cannot be followed or read just now; undefined when all is well. */
  readonly lastError: string | undefined
  close(): void
}

export interface KeyWatcherOptions extends ConnectionOptions {
  readonly look: (key: string) => Promise<KeyLook>
}

/** How often the subscriber is asked whether it is still there, while anybody follows a key. */
const PING_MS = 2500

/** Reads keys anew whenever Redis says that they changed, and whenever it may have failed to say so. */
export class KeyWatcher {
  readonly #options: KeyWatcherOptions
  readonly #subscriber: RedisConnection
  readonly #watched = new Map<string, Set<WatchedKey>>()
  #cancelPing = (): void => undefined

  constructor(options: KeyWatcherOptions) {
    this.#options = options
    this.#subscriber = new RedisConnection({ ...options, db: 0 })
  }

  /** Connects the subscriber. Rejects as `RedisConnection.connect` does. */
  async start(): Promise<void> {
    await this.#subscriber.connect()
    const { redis } = this.#subscriber
    redis.on('message', (channel: string) => this.#refresh(channel))
    redis.on('ready', () => void this.#subscribe([...this.#watched.keys()]))
  }

  /** Calls the listener with the key as it is now and after every change. Rejects with `RedisReplyError` when that is not allowed. */
  async watch(key: string, listener: (look: KeyLook) => void): Promise<KeyWatch> {
    const { clock, db = 0, look } = this.#options
    const channel = `__keyspace@${db}__:${key}`
    const watched = new WatchedKey({ clock, read: () => look(key), listener })
    const others = this.#watched.get(channel)
    if (this.#watched.size === 0) this.#pingLater()
    if (others === undefined) this.#watched.set(channel, new Set([watched]))
    else others.add(watched)
    const error = await this.#subscribe([channel])
    if (error instanceof RedisReplyError) {
      this.#forget(channel, watched)
      throw error
    }
    return {
      get lastError() {
        return watched.lastError
      },
      close: () => this.#forget(channel, watched),
    }
  }

  /** Reads all keys, such as after the connection that reads them was away. */
  refreshAll(): void {
    for (const channel of this.#watched.keys()) this.#refresh(channel)
  }

  async close(): Promise<void> {
    this.#cancelPing()
    for (const keys of this.#watched.values()) for (const key of keys) key.close()
    this.#watched.clear()
    await this.#subscriber.close()
  }

  /** Reads the keys once Redis has promised to tell of changes; returns the error when it has not. */
  async #subscribe(channels: readonly string[]): Promise<unknown> {
    if (channels.length === 0) return undefined
    try {
      await this.#subscriber.run('SUBSCRIBE', (redis) => redis.subscribe(...channels))
    } catch (error) {
      // The subscriber connects again by itself, and that leads back here.
      for (const channel of channels) for (const key of this.#watched.get(channel) ?? []) key.trouble(error)
      return error
    }
    for (const channel of channels) this.#refresh(channel)
    return undefined
  }

  #refresh(channel: string): void {
    for (const key of this.#watched.get(channel) ?? []) key.refresh()
  }

  #forget(channel: string, watched: WatchedKey): void {
    watched.close()
    const others = this.#watched.get(channel)
    others?.delete(watched)
    if (others?.size !== 0) return
    this.#watched.delete(channel)
    if (this.#watched.size === 0) this.#cancelPing()
    void this.#unsubscribe(channel)
  }

  async #unsubscribe(channel: string): Promise<void> {
    try {
      await this.#subscriber.run('UNSUBSCRIBE', (redis) => redis.unsubscribe(channel))
    } catch {
      // The connection is gone, and the subscription with it.
    }
  }

  #pingLater(): void {
    this.#cancelPing()
    this.#cancelPing = this.#options.clock.after(PING_MS, () => void this.#ping())
  }

  async #ping(): Promise<void> {
    try {
      await this.#subscriber.run('PING', (redis) => redis.ping())
    } catch (error) {
      // The connection is being made anew; until then the keys are not followed.
      for (const keys of this.#watched.values()) for (const key of keys) key.trouble(error)
    }
    if (this.#watched.size > 0) this.#pingLater()
  }
}
