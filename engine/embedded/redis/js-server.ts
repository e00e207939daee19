import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import {
  attachSession,
  createRedisCommandExecutor,
  createRedisLuaRuntime,
  RedisServerState,
  resolveCompatibilityProfile,
  SocketConnectionTransport,
  type RedisLuaRuntime,
} from 'js-redis-server/core'
import type { Clock } from '../../base/clock.ts'
import { expireExactly } from './exact-expiry.ts'

/** A Redis in this process that speaks over any connection it is handed. Empty, 16 databases, keyspace events on. */
export interface JsServer {
  serve(connection: Duplex): void
  /** Ends every connection and forgets all data. */
  close(): void
}

export interface JsServerOptions {
  /** Each key goes at its very instant by this clock, which must agree with `Date.now`; otherwise they are looked for every 100 ms. */
  readonly expireBy?: Clock
  /** Scripts are run by this instead of an own one, which is loaded with the first script. */
  readonly lua?: Promise<RedisLuaRuntime>
}

const COMPATIBILITY = 'redis-7.0'

/** What runs scripts, ready for use; any number of servers may share it, as it runs each script in one go. */
export async function loadLua(): Promise<RedisLuaRuntime> {
  return createRedisLuaRuntime(resolveCompatibilityProfile(COMPATIBILITY))
}

/**
 * In this process rather than in a thread: a command takes some 20–40 µs, so that a suite's few hundred a second stay
 * under two percent of the loop, while a thread would cost its start and an entry file of its own.
 */
export function createJsServer(options: JsServerOptions = {}): JsServer {
  const state = new RedisServerState({
    databaseCount: 16,
    compatibility: COMPATIBILITY,
    ...(options.expireBy === undefined ? {} : { activeExpiryIntervalMs: false }),
  })
  state.notifyKeyspaceEvents = 'AKE'
  const stopExpiry = options.expireBy === undefined ? undefined : expireExactly(state, options.expireBy)
  // The package has no other way in; a test tells when that has changed.
  if (options.lua !== undefined) Object.assign(state, { luaRuntimePromise: options.lua })
  const executor = createRedisCommandExecutor({ compatibility: COMPATIBILITY })
  const connections = new Set<Duplex>()
  const serve = (connection: Duplex): void => {
    connections.add(connection)
    connection.once('close', () => connections.delete(connection))
    // What it needs of a socket, any duplex has.
    const socket: unknown = connection
    const { remoteAddress, remotePort } = socket as Socket
    attachSession(new SocketConnectionTransport(socket as Socket), {
      state,
      executor,
      ...(remoteAddress === undefined ? {} : { clientAddress: `${remoteAddress}:${String(remotePort)}` }),
    })
  }
  const close = (): void => {
    for (const connection of connections) connection.destroy()
    stopExpiry?.()
    state.close()
  }
  return { serve, close }
}
