import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import type { Clock } from '../base/clock.ts'
import { deadlineOf, nameOf, whyStopped } from '../http/deadline.ts'
import { StreamAgent, type MakeConnection } from '../http/make-connection.ts'
import { SocketTrace } from '../http/socket-trace.ts'
import { TransportError, neverConnected, transportKind } from '../http/transport-error.ts'
import { ApiError, apiErrorOf } from './api-error.ts'
import type { ClusterConnection } from './types.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly contentType?: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface ApiTransportOptions {
  readonly connection: ClusterConnection
  readonly clock: Clock
  /** Default `gwscen`. */
  readonly userAgent?: string
  /** At most this many connections; default no limit. */
  readonly maxSockets?: number
  readonly makeConnection?: MakeConnection
  /** Called at each 401; then the credentials will be renewed. */
  readonly onRefused?: () => void
}

/** Idle connections are closed after this, before a load balancer forgets them. */
const IDLE_MS = 30_000

/** Requests to one API server over kept connections, without any opinion on errors. */
export class ApiTransport {
  readonly #options: ApiTransportOptions
  #connection: ClusterConnection
  readonly #agents = new Set<http.Agent>()
  /** Of the newest credentials, once somebody asks. */
  #agent: http.Agent | undefined

  constructor(options: ApiTransportOptions) {
    this.#options = options
    this.#connection = options.connection
  }

  /** New credentials; requests under way keep the old ones. */
  update(connection: ClusterConnection): void {
    this.#connection = connection
    this.#agent = undefined
  }

  /** Ends all connections, also those in use. */
  close(): void {
    for (const agent of this.#agents) agent.destroy()
  }

  /** The whole body of a 2xx reply. Rejects with `ApiError`, `TransportError` or the signal's reason. */
  exchange(request: ApiRequest): Promise<string> {
    return this.#within(request, text)
  }

  /** A 2xx reply whose body is still to come: limit and signal end with its headers, and the caller destroys it. */
  open(request: ApiRequest): Promise<http.IncomingMessage> {
    return this.#within(request, (response) => Promise.resolve(response))
  }

  async #within<T>(request: ApiRequest, read: (response: http.IncomingMessage) => Promise<T>): Promise<T> {
    const { method, path, timeoutMs, signal } = request
    signal?.throwIfAborted()
    const asked = { method, url: `${this.#connection.server}${path}`, timeoutMs, signal }
    const deadline = deadlineOf(asked, this.#options.clock)
    const trace = new SocketTrace()
    try {
      const response = await this.#send(request, { signal: deadline.signal, trace })
      if (response.statusCode === 401) this.#options.onRefused?.()
      if (!isGood(response)) throw errorReply(request, response, await text(response))
      return await read(response)
    } catch (cause) {
      if (deadline.signal.aborted) throw whyStopped(deadline.signal, asked, trace.sent)
      if (cause instanceof ApiError) throw cause
      const kind = trace.answered ? 'aborted-by-peer' : transportKind(cause)
      const sent = neverConnected(kind) ? false : trace.sent
      throw new TransportError({ kind, sent, doing: nameOf(asked), cause })
    } finally {
      deadline.release()
    }
  }

  #send(request: ApiRequest, { signal, trace }: { signal: AbortSignal; trace: SocketTrace }) {
    const { server, token, serverName } = this.#connection
    const { userAgent = 'gwscen' } = this.#options
    const payload = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body))
    const start = server.startsWith('https:') ? https.request : http.request
    const headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': request.contentType ?? 'application/json', 'content-length': payload.length }),
    }
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const client = start(`${server}${request.path}`, {
        method: request.method,
        agent: (this.#agent ??= this.#makeAgent()),
        signal,
        headers,
        ...(serverName === undefined ? {} : { servername: serverName }),
      })
      trace.follow(client)
      client.once('response', resolve)
      client.on('error', reject)
      client.end(payload)
    })
  }

  #makeAgent(): http.Agent {
    const { maxSockets = Number.POSITIVE_INFINITY, makeConnection } = this.#options
    const pool = { keepAlive: true, keepAliveMsecs: 10_000, maxSockets, timeout: IDLE_MS }
    const agent =
      makeConnection !== undefined ? new StreamAgent(makeConnection, pool) : agentFor(this.#connection, pool)
    this.#agents.add(agent)
    return agent
  }
}

function agentFor(connection: ClusterConnection, pool: http.AgentOptions): http.Agent {
  if (!connection.server.startsWith('https:')) return new http.Agent(pool)
  return new https.Agent({ ...pool, ...tlsOptions(connection) })
}

/** What TLS needs to know of a connection. */
export function tlsOptions({ ca, cert, key, serverName, insecure }: ClusterConnection) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: insecure !== true,
  }
}

function isGood({ statusCode = 0 }: http.IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300
}

function errorReply(request: ApiRequest, response: http.IncomingMessage, body: string): ApiError {
  const { statusCode: status = 0, headers } = response
  const path = request.path.split('?', 1)[0] ?? ''
  return apiErrorOf({ doing: `${request.method} ${path}`, status, retryAfter: headers['retry-after'], body })
}
