import type { Duplex } from 'node:stream'

import type { Clock } from '../../base/clock.ts'
import { Broken } from '../../base/failure.ts'
import type { Watchdog } from './create-watchdog.ts'
import { findServer } from './find-server.ts'
import { startServerInstance } from './server-instance.ts'

export interface RedisOptions {
  readonly clock: Clock
  /** The value of PATH. */
  readonly searchPath: string
  /** `server` insists on a real server, `js` on js-redis-server; without it a real one is taken when there is one. */
  readonly prefer?: 'server' | 'js'
  /** An existing private folder, guarded by its owner; each server gets a folder in it. */
  readonly runDir: string
  readonly watchdog: Watchdog
}

/** Makes as many separate Redis servers as there are profiles. */
export interface RedisProvider {
  /** For the header of the report: `redis-server 7.0.15`, `js-redis-server 0.3.0`. */
  readonly name: string
  /** Servers on PATH that do not run, and why. */
  readonly passedOver: readonly string[]
  /** Resolves when the server answers. Rejects with `Broken`, or with the signal's reason. */
  start(signal?: AbortSignal): Promise<RedisInstance>
}

/** An empty server of 16 databases on 127.0.0.1, without persistence, with all keyspace events on. */
export interface RedisInstance {
  readonly host: string
  readonly port: number
  dial(): Duplex
  /** False from the moment the server has ended, whoever ended it. */
  alive(): boolean
  /** Ends the server, drops its data and its connections, and starts it again on the same port. */
  restart(signal?: AbortSignal): Promise<void>
  /** Ends the server and removes its folder. May be called again. */
  stop(): Promise<void>
}

/** js-redis-server cannot be asked; a test compares this with the installed package. */
export const JS_REDIS_NAME = 'js-redis-server 0.3.0'

/** Rejects with `Broken` when a real server is insisted on and none runs. */
export async function provideRedis(options: RedisOptions): Promise<RedisProvider> {
  const { prefer } = options
  const js: RedisProvider = { name: JS_REDIS_NAME, passedOver: [], start: startJs }
  if (prefer === 'js') return js
  const { server, passedOver } = await findServer(options.searchPath)
  if (server !== undefined) {
    const start = (signal?: AbortSignal): Promise<RedisInstance> =>
      startServerInstance({ ...options, server, signal })
    return { name: server.name, passedOver, start }
  }
  if (prefer === 'server') {
    throw new Broken({
      code: 'REDIS_NOT_FOUND',
      message: 'expected redis-server or valkey-server on PATH, found none that runs',
      notes: passedOver,
    })
  }
  return { ...js, passedOver }
}

/** Loaded only when it is needed: 34 ms. */
async function startJs(signal?: AbortSignal): Promise<RedisInstance> {
  const { startJsInstance } = await import('./js-instance.ts')
  return await startJsInstance(signal)
}
