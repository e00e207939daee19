import http from 'node:http'
import https from 'node:https'
import type { Clock } from '../base/clock.ts'
import { burst, type Burst } from './burst.ts'
import { exchange, type Agents } from './exchange.ts'
import { StreamAgent, type MakeConnection } from './make-connection.ts'

export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>

/** One request. The body goes out as it is. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: HttpHeaders
  readonly body?: string | Buffer
  /** From the call to the last byte of the reply. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** One reply, whatever its status. */
export interface HttpReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  /** From the call to the last byte. */
  readonly ms: number
  /** True when a dead keep-alive connection made it necessary to ask a second time. */
  readonly redone: boolean
}

export interface HttpOptions {
  readonly clock: Clock
  /** At most this many connections per host; default 4. */
  readonly maxSockets?: number
  /** Idle connections are closed after this, before servers do it under our feet; default 4000. */
  readonly idleMs?: number
  /** Replaces TCP. */
  readonly makeConnection?: MakeConnection
  /** Instead of an agent of our own; the caller destroys it. */
  readonly agent?: http.Agent
  /** PEM text of the authority to trust for `https:`. */
  readonly ca?: string
}

/**
 * Requests without opinions: no retries, no redirects, no decompression, no error for a status.
 * Every call rejects with `TransportError` when there is no reply and with the signal's reason when aborted.
 */
export interface Http {
  /** A GET is asked again once when its reused connection turns out to be dead; nothing else is ever repeated. */
  exchange(request: HttpRequest): Promise<HttpReply>
  /** All at once: one connection each, opened before the first byte is written. */
  burst(requests: readonly HttpRequest[]): Promise<Burst>
  /** Closes the connections that are open. */
  close(): void
}

export function createHttp(options: HttpOptions): Http {
  const agents = agentsFor(options)
  return {
    exchange: (request) => exchange(request, { agents, clock: options.clock }),
    burst: (requests) => burst(requests, options),
    close: () => {
      if (options.agent === undefined) agents.http.destroy()
      agents.https.destroy()
    },
  }
}

function agentsFor({ agent, makeConnection, maxSockets = 4, idleMs = 4000, ca }: HttpOptions): Agents {
  const pool = { keepAlive: true, maxSockets, timeout: idleMs }
  const own = makeConnection === undefined ? new http.Agent(pool) : new StreamAgent(makeConnection, pool)
  return { http: agent ?? own, https: new https.Agent({ ...pool, ...(ca === undefined ? {} : { ca }) }) }
}
