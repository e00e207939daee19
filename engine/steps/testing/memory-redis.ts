import type { Clock } from '../../base/clock.ts'
import type { Json } from '../../base/json.ts'
import type { KeyWatch } from '../../redis/key-watcher.ts'
import type { KeyType } from '../../base/key-type.ts'
import type { KeyLook } from '../../redis/look.ts'
import type { RedisClient } from '../../redis/redis-client.ts'

interface Entry {
  readonly type: KeyType
  readonly value: Json
  readonly expiresAt: number | undefined
}

/** A Redis in memory, with keyspace events or without. */
export class MemoryRedis implements RedisClient {
  readonly #clock: Clock
  readonly #keys = new Map<string, Entry>()
  readonly #listeners = new Map<string, Set<() => void>>()
  events = false
  /** How often any key was looked at. */
  looks = 0
  closed = false
  /** What commands are answered with, by name. */
  readonly replies: Record<string, unknown> = {}
  /** Runs before each call; may throw. */
  before: () => void = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(key: string, type: KeyType, value: Json, ttlMs?: number): void {
    const expiresAt = ttlMs === undefined ? undefined : this.#clock.now() + ttlMs
    this.#keys.set(key, { type, value, expiresAt })
    this.#changed(key)
    if (ttlMs !== undefined) this.#clock.after(ttlMs + 1, () => this.#changed(key))
  }

  remove(key: string): void {
    this.#keys.delete(key)
    this.#changed(key)
  }

  get names(): readonly string[] {
    return [...this.#keys.keys()].filter((key) => this.#live(key) !== undefined).sort()
  }

  command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#answer(() => {
      if (name === 'PING') return 'PONG'
      if (name in this.replies) return this.replies[name]
      if (name !== 'DEL') throw new Error(`no ${name} here`)
      for (const key of args) this.remove(String(key))
      return args.length
    })
  }

  look(key: string): Promise<KeyLook> {
    return this.#answer(() => {
      this.looks += 1
      const entry = this.#live(key)
      if (entry === undefined) return { type: 'none', value: null, ttlMs: null }
      const { type, value, expiresAt } = entry
      return { type, value, ttlMs: expiresAt === undefined ? null : expiresAt - this.#clock.now() }
    })
  }

  scan(pattern: string): Promise<readonly string[]> {
    return this.#answer(() => this.names.filter((key) => key.includes(pattern.replaceAll('*', ''))))
  }

  keyspaceEvents(): Promise<boolean> {
    return this.#answer(() => this.events)
  }

  watchKey(key: string, listener: (look: KeyLook) => void): Promise<KeyWatch> {
    return this.#answer(() => {
      const told = (): void => void this.look(key).then(listener)
      const others = this.#listeners.get(key) ?? new Set()
      this.#listeners.set(key, others.add(told))
      return { lastError: undefined, close: () => void others.delete(told) }
    })
  }

  /** How many watches are open. */
  get watches(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0)
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  #changed(key: string): void {
    for (const told of this.#listeners.get(key) ?? []) told()
  }

  #live(key: string): Entry | undefined {
    const entry = this.#keys.get(key)
    const expired = entry?.expiresAt !== undefined && entry.expiresAt <= this.#clock.now()
    return expired ? undefined : entry
  }

  async #answer<T>(give: () => T): Promise<T> {
    await Promise.resolve()
    this.before()
    return give()
  }
}
