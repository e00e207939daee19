import type { Duplex } from 'node:stream'
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis'
import type { Clock } from '../base/clock.ts'
import { transportKind, type TransportKind } from '../http/transport-error.ts'
import { RedisReplyError, RedisTransportError } from './redis-errors.ts'

export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly password?: string
  /** Default 0. */
  readonly db?: number
}

export interface ConnectionOptions extends RedisAddress {
  readonly clock: Clock
  /** For connecting and for each command; default 2000. */
  readonly timeoutMs?: number
  /** Replaces TCP. */
  readonly makeConnection?: (to: { readonly host: string; readonly port: number }) => Duplex
}

const TIMEOUT_MS = 2000

const SENTENCES: Partial<Record<TransportKind, string>> = {
  refused: 'connection refused',
  reset: 'connection reset',
  timeout: 'timed out',
  dns: 'host name not found',
  unreachable: 'host unreachable',
}

/** One connection that comes back by itself. A command that was under way when it broke fails and is never sent again. */
export class RedisConnection {
  readonly redis: Redis
  readonly #options: ConnectionOptions
  /** What last went wrong with the connection, until it is ready again. */
  #cause: Error | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.redis = new Redis(settings(options))
    this.redis.on('error', (error: Error) => (this.#cause = error))
    this.redis.on('ready', () => (this.#cause = undefined))
  }

  /** Rejects with `RedisTransportError` or, when the password or the database is refused, `RedisReplyError`. */
  async connect(): Promise<void> {
    try {
      await this.#limited(this.redis.connect(), 'connect')
      await this.command('PING', [])
      if (this.#cause !== undefined) throw this.#cause
    } catch (error) {
      this.redis.disconnect()
      // AUTH and SELECT go out unasked, and their errors come as events before PING is answered.
      throw this.#explain(this.#cause ?? error, 'connect')
    }
  }

  command(name: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.run(name, (redis) => redis.call(name, [...args]))
  }

  /** Anything else that ioredis can do, with our time limit and our errors. */
  async run<T>(doing: string, work: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await this.#limited(work(this.redis), doing)
    } catch (error) {
      throw this.#explain(error, doing)
    }
  }

  /** The replies of commands that are carried out together; an error reply stands in its place. */
  async transaction(
    commands: readonly (readonly [string, ...(string | number)[]])[],
  ): Promise<readonly unknown[]> {
    const batch = this.redis.multi()
    for (const [name, ...args] of commands) batch.call(name, ...args)
    try {
      const replies = await this.#limited(batch.exec(), 'EXEC')
      return (replies ?? []).map(([error, value], index) =>
        error === null ? value : this.#explain(error, commands[index]?.[0] ?? 'EXEC'),
      )
    } catch (error) {
      throw this.#explain(error, 'EXEC')
    }
  }

  async close(): Promise<void> {
    if (this.redis.status === 'end') return
    const ended = new Promise<void>((resolve) => this.redis.once('end', () => resolve()))
    // Between two tries to connect there is no socket, and ioredis tells of no end.
    const hasSocket = this.redis.status !== 'reconnecting'
    this.redis.disconnect()
    if (hasSocket) await ended
  }

  /** A server that does not answer is left: the next command gets a new connection. */
  async #limited<T>(work: Promise<T>, doing: string): Promise<T> {
    const { clock, timeoutMs = TIMEOUT_MS } = this.#options
    let cancel = (): void => undefined
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(timeoutMs, () => {
        reject(new RedisTransportError(this.#address, `no answer to ${doing} within ${timeoutMs} ms`))
        this.redis.disconnect(true)
      })
    })
    try {
      return await Promise.race([work, late])
    } finally {
      cancel()
    }
  }

  get #address(): string {
    return `${this.#options.host}:${this.#options.port}`
  }

  #explain(error: unknown, doing: string): Error {
    if (error instanceof RedisTransportError || error instanceof RedisReplyError) return error
    if (error instanceof Error && error.name === 'ReplyError')
      return new RedisReplyError(doing, error.message, error)
    const cause = this.#cause ?? error
    if (cause instanceof Error && cause.name === 'ReplyError')
      return new RedisReplyError(doing, cause.message, cause)
    const reason = SENTENCES[transportKind(cause)] ?? 'connection closed'
    return new RedisTransportError(this.#address, reason, cause)
  }
}

function settings({
  host,
  port,
  password,
  db = 0,
  timeoutMs = TIMEOUT_MS,
  makeConnection,
}: ConnectionOptions): RedisOptions {
  return {
    host,
    port,
    db,
    ...(password === undefined ? {} : { password }),
    ...(makeConnection === undefined
      ? {}
      : { Connector: connectorFor(() => makeConnection({ host, port })) }),
    lazyConnect: true,
    enableOfflineQueue: false,
    // With 0, what was under way fails at once; with more, ioredis would send it again, and an INCR counts twice.
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    enableReadyCheck: false,
    // It would read a file at every connect.
    disableClientInfo: true,
    connectTimeout: timeoutMs,
    // A port-forward cannot pass on that we have finished, so nobody would answer our goodbye.
    disconnectTimeout: 10,
    retryStrategy: (tries) => Math.min(50 * tries, 500),
  }
}

function connectorFor(make: () => Duplex) {
  return class extends AbstractConnector {
    constructor() {
      super(0)
    }

    async connect() {
      // ioredis names the sockets it knows; it uses them as streams.
      const stream = make() as typeof this.stream
      this.stream = stream
      // It listens later, or, when it was told to disconnect meanwhile, not at all.
      stream.on('error', (error: Error) => (this.firstError ??= error))
      return Promise.resolve(stream)
    }
  }
}
