import { RedisConnection, type ConnectionOptions } from './connection.ts'
import { KeyWatcher, type KeyWatch } from './key-watcher.ts'
import { look, type KeyLook, type ReadableType } from './look.ts'
import { RedisReplyError } from './redis-errors.ts'

export type RedisOptions = ConnectionOptions

/** Every call rejects with `RedisReplyError` when the server answers with an error and with `RedisTransportError` when it does not answer. */
export interface RedisClient {
  /** Sends one command, once. The reply is what ioredis makes of it: texts, numbers, lists, null. */
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>
  /** A key's type, value and time left, at one moment. */
  look(key: string): Promise<KeyLook>
  /** The keys that match a glob pattern, sorted. */
  scan(pattern: string): Promise<readonly string[]>
  /** Whether the server tells of every change, so that `watchKey` is prompt and complete. */
  keyspaceEvents(): Promise<boolean>
  /** Calls the listener with the key as it is, at each change, at its expiry, and after each time the connection was away. */
  watchKey(key: string, listener: (look: KeyLook) => void): Promise<KeyWatch>
  close(): Promise<void>
}

/** The flags that `A` stands for, as far as values are concerned. */
const EVERY_KIND = ['g', '$', 'l', 's', 'h', 'z', 'x', 'e', 't']

/** Rejects with the first cause: `redis at 127.0.0.1:1234: connection refused`. */
export async function connectRedis(options: RedisOptions): Promise<RedisClient> {
  const connection = new RedisConnection(options)
  await connection.connect()
  return new Client(options, connection)
}

class Client implements RedisClient {
  readonly #options: RedisOptions
  readonly #connection: RedisConnection
  /** Of which type keys were when they were last seen: they seldom change it. */
  readonly #types = new Map<string, ReadableType>()
  #watcher: Promise<KeyWatcher> | undefined

  constructor(options: RedisOptions, connection: RedisConnection) {
    this.#options = options
    this.#connection = connection
  }

  command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#connection.command(name, args)
  }

  async look(key: string): Promise<KeyLook> {
    const seen = await look(this.#connection, key, this.#types.get(key))
    if (seen.type !== 'none') this.#types.set(key, seen.type)
    return seen
  }

  async scan(pattern: string): Promise<readonly string[]> {
    const keys = new Set<string>()
    let cursor = '0'
    do {
      const reply = await this.#connection.command('SCAN', [cursor, 'MATCH', pattern, 'COUNT', 500])
      const [next, found] = reply as [string, string[]]
      for (const key of found) keys.add(key)
      cursor = next
    } while (cursor !== '0')
    return [...keys].sort()
  }

  async keyspaceEvents(): Promise<boolean> {
    try {
      const reply = await this.#connection.command('CONFIG', ['GET', 'notify-keyspace-events'])
      const flags = Array.isArray(reply) ? String(reply[1]) : ''
      return flags.includes('K') && (flags.includes('A') || EVERY_KIND.every((kind) => flags.includes(kind)))
    } catch (error) {
      // Managed servers refuse CONFIG; without its word we do not rely on events.
      if (error instanceof RedisReplyError) return false
      throw error
    }
  }

  async watchKey(key: string, listener: (look: KeyLook) => void): Promise<KeyWatch> {
    this.#watcher ??= this.#startWatcher()
    return (await this.#watcher).watch(key, listener)
  }

  async close(): Promise<void> {
    const watcher = await this.#watcher?.catch(() => undefined)
    await Promise.all([watcher?.close(), this.#connection.close()])
  }

  async #startWatcher(): Promise<KeyWatcher> {
    const watcher = new KeyWatcher({ ...this.#options, look: (key) => this.look(key) })
    try {
      await watcher.start()
    } catch (error) {
      this.#watcher = undefined
      throw error
    }
    this.#connection.redis.on('ready', () => watcher.refreshAll())
    return watcher
  }
}
