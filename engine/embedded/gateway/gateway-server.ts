import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Reply } from './behaviour.ts'
import { problemReply } from './problem-body.ts'
import { pathOf, readBody, type GatewayRequest } from './request.ts'
import type { Router } from './router.ts'
import type { World } from './world.ts'

/** The listener of one gateway: ids, metrics and the log around every answer. */
export class GatewayServer {
  readonly server: Server
  readonly #world: World
  readonly #router: Router
  /** Also those that came by `emit('connection')`, which Node does not track. */
  readonly #connections = new Set<Duplex>()
  readonly #answering = new Set<Promise<void>>()
  #inFlight = 0

  constructor(world: World, router: Router) {
    this.#world = world
    this.#router = router
    this.server = createServer((message, response) => this.#accept(message, response))
    const { readTimeoutMs, idleTimeoutMs } = world.config.server
    this.server.requestTimeout = readTimeoutMs
    this.server.keepAliveTimeout = idleTimeoutMs
    this.server.on('clientError', refuseUnreadable)
    this.server.on('connection', (connection: Duplex) => {
      this.#connections.add(connection)
      this.#showConnections()
      connection.once('close', () => {
        this.#connections.delete(connection)
        this.#showConnections()
      })
    })
  }

  /** Takes no new connections, waits for the answers under way, at most `graceMs`, and hangs up. */
  async close(graceMs: number): Promise<void> {
    const closed = this.server.listening
      ? new Promise<void>((resolve) => this.server.close(() => resolve()))
      : Promise.resolve()
    const enough = new AbortController()
    const late = this.#world.clock.sleep(graceMs, enough.signal).catch(() => undefined)
    await Promise.race([Promise.allSettled([...this.#answering]), late])
    enough.abort()
    for (const connection of this.#connections) connection.end(() => connection.destroy())
    await closed
  }

  #accept(message: IncomingMessage, response: ServerResponse): void {
    const run = this.#answer(message, response)
      .catch((error: unknown) => {
        this.#world.journal.error('request aborted', error)
        response.destroy()
      })
      .finally(() => this.#answering.delete(run))
    this.#answering.add(run)
  }

  /** Ends when the answer has left, or nobody is there to take it. */
  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new Promise<void>((resolve) => response.once('close', resolve))
    const { clock, config } = this.#world
    const { writeTimeoutMs } = config.server
    const stopTimer = writeTimeoutMs === 0 ? undefined : clock.after(writeTimeoutMs, () => response.destroy())
    this.#count(1)
    const replied = this.#reply(message).finally(() => this.#count(-1))
    try {
      const { request, reply } = await replied
      this.#send(request, reply, response)
    } finally {
      stopTimer?.()
    }
    await gone
  }

  async #reply(
    message: IncomingMessage,
  ): Promise<{ readonly request: GatewayRequest; readonly reply: Reply }> {
    const { clock, behaviour } = this.#world
    const start = clock.now()
    const request = await this.#read(message)
    const reply = behaviour.reply(await this.#route(request), request.path)
    this.#record(request, reply, (clock.now() - start) / 1000)
    return { request, reply }
  }

  #count(change: 1 | -1): void {
    this.#inFlight += change
    this.#world.metrics.set('gateway_http_requests_in_flight', this.#inFlight)
    this.#world.metrics.set('go_goroutines', 1 + this.#inFlight)
  }

  #showConnections(): void {
    this.#world.metrics.set('process_open_fds', this.#connections.size)
  }

  async #read(message: IncomingMessage): Promise<GatewayRequest> {
    const given = String(message.headers['x-request-id'] ?? '')
    const requestId = this.#world.behaviour.carriesRequestIds
      ? given || `gw-${this.#world.random.word(16)}`
      : undefined
    return {
      method: message.method ?? '',
      path: pathOf(message.url ?? '/'),
      headers: message.headers,
      body: await readBody(message),
      peer: message.socket.remoteAddress ?? '',
      requestId,
    }
  }

  /** An unforeseen error is a 500, so that one request cannot end the gateway. */
  async #route(request: GatewayRequest): Promise<Reply> {
    try {
      return await this.#router.answer(request)
    } catch (error) {
      this.#world.journal.error('unexpected', error)
      const detail = 'An unexpected error occurred'
      return problemReply({
        kind: 'internal-error',
        detail,
        instance: request.path,
        requestId: request.requestId,
      })
    }
  }

  #record({ path, method, requestId }: GatewayRequest, { status }: Reply, seconds: number): void {
    const { metrics, behaviour, journal } = this.#world
    const labels = { endpoint: path, method, status: behaviour.statusLabel(status) }
    const isSignal = path.startsWith('/api/') && status < 300
    const times = isSignal ? behaviour.times('signal-answered') : 1
    for (let time = 0; time < times; time += 1) {
      metrics.observe('gateway_http_request_duration_seconds', seconds, labels)
    }
    metrics.add('gateway_http_requests_total', { method, path, status: String(status) })
    if (requestId !== undefined) journal.info('request', { request_id: requestId, method, path, status })
  }

  #send(request: GatewayRequest, reply: Reply, response: ServerResponse): void {
    const id = request.requestId === undefined ? {} : { 'X-Request-Id': request.requestId }
    const zipped = request.path === '/metrics' && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    const body = zipped ? gzipSync(reply.body) : Buffer.from(reply.body)
    // Node would stamp the real time.
    response.sendDate = false
    response.writeHead(reply.status, {
      ...reply.headers,
      ...id,
      Date: new Date(this.#world.clock.wall()).toUTCString(),
      ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
      'Content-Length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

/** What Node cannot read as HTTP. A method that nobody has heard of is a 405, as in Go. */
function refuseUnreadable(error: NodeJS.ErrnoException, connection: Duplex): void {
  const status = error.code === 'HPE_INVALID_METHOD' ? '405 Method Not Allowed' : '400 Bad Request'
  if (connection.writable)
    connection.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  else connection.destroy()
}
