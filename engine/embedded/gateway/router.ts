import type { Reply } from './behaviour.ts'
import { rfc3339 } from './go-time.ts'
import { problemReply } from './problem-body.ts'
import type { GatewayRequest } from './request.ts'
import { signalReaders, type SignalEndpoint } from './signal-endpoint.ts'
import type { World } from './world.ts'

const METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
]
const PLAIN = 'text/plain; charset=utf-8'
const READY_WITHIN_MS = 5000

interface Route {
  /** Undefined: any. */
  readonly method?: string
  handle(request: GatewayRequest): Promise<Reply>
}

/** Which handler answers which path, and what answers where there is none. */
export class Router {
  readonly #world: World
  readonly #isShuttingDown: () => boolean
  readonly #routes: ReadonlyMap<string, Route>

  constructor(world: World, signals: SignalEndpoint, isShuttingDown: () => boolean) {
    this.#world = world
    this.#isShuttingDown = isShuttingDown
    const health: Route = { method: 'GET', handle: () => Promise.resolve(this.#health()) }
    this.#routes = new Map<string, Route>([
      ...Object.entries(signalReaders).map(([path, read]): [string, Route] => [
        path,
        { method: 'POST', handle: (request) => signals.answer(request, read) },
      ]),
      ['/health', health],
      ['/healthz', health],
      ['/ready', { method: 'GET', handle: (request) => this.#ready(request) }],
      ['/metrics', { handle: () => Promise.resolve(this.#metrics()) }],
    ])
  }

  async answer(request: GatewayRequest): Promise<Reply> {
    const route = this.#routes.get(request.path)
    const known = METHODS.includes(request.method)
    if (!known) return { status: 405, headers: {}, body: '' }
    if (route === undefined) {
      const headers = { 'Content-Type': PLAIN, 'X-Content-Type-Options': 'nosniff' }
      return { status: 404, headers, body: '404 page not found\n' }
    }
    if (route.method !== undefined && route.method !== request.method) {
      return { status: 405, headers: { Allow: route.method }, body: '' }
    }
    return route.handle(request)
  }

  #health(): Reply {
    const body = { status: 'healthy', timestamp: rfc3339(this.#world.clock.wall()) }
    return { status: 200, headers: { 'Content-Type': PLAIN }, body: `${JSON.stringify(body)}\n` }
  }

  async #ready({ path, requestId }: GatewayRequest): Promise<Reply> {
    const refuse = (detail: string): Reply =>
      problemReply({ kind: 'service-unavailable', detail, instance: path, requestId })
    if (this.#isShuttingDown()) return refuse('Gateway is shutting down')
    if (!(await this.#redisAnswers())) return refuse('Redis is not reachable')
    return { status: 200, headers: { 'Content-Type': PLAIN }, body: '{"status":"ready"}\n' }
  }

  async #redisAnswers(): Promise<boolean> {
    const { redis, clock, journal } = this.#world
    const enough = new AbortController()
    try {
      const late = clock.sleep(READY_WITHIN_MS, enough.signal).then(() => {
        throw new Error(`no answer within ${READY_WITHIN_MS} ms`)
      })
      await Promise.race([redis.command('PING'), late])
      return true
    } catch (error) {
      journal.error('not ready', error)
      return false
    } finally {
      enough.abort()
    }
  }

  #metrics(): Reply {
    return {
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores' },
      body: this.#world.metrics.text(),
    }
  }
}
