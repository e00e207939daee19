import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { isObject } from '../../base/json.ts'
import type { ClusterConnection, KubeObject, ResourceType } from '../types.ts'

export const WIDGETS: ResourceType = {
  group: 'test.dev',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
}

export interface WatchEvent {
  readonly type: string
  readonly object: unknown
}

/** One request as a script sees it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly headers: http.IncomingHttpHeaders
  readonly request: http.IncomingMessage
  readonly response: http.ServerResponse
}

type Script = (call: Call) => void
type CallKind = 'list' | 'watch' | 'write'

/** A small API server with one type of object, which does what a test tells it to, and well-behaved otherwise. */
export class FakeApiServer {
  /** Every change there ever was. */
  readonly log: WatchEvent[] = []
  readonly calls: Call[] = []
  readonly sockets = new Set<Socket>()
  readonly watches = new Set<http.ServerResponse>()
  #version = 100
  #oldest = 0
  #objects = new Map<string, KubeObject>()
  #scripts: Record<CallKind, Script[]> = { list: [], watch: [], write: [] }
  #waiting = new Set<() => void>()
  readonly server = http.createServer((request, response) => void this.#answer(request, response))

  async listen(): Promise<ClusterConnection> {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return { server: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** The next calls of a kind go to these scripts, one each. */
  script(kind: CallKind, ...scripts: Script[]): void {
    this.#scripts[kind].push(...scripts)
  }

  put(name: string, fields: Record<string, unknown> = {}, namespace = 'shop'): KubeObject {
    const key = `${namespace}/${name}`
    const before = this.#objects.get(key)
    this.#version += 1
    const uid = before?.metadata.uid ?? `uid-${name}-${this.#version}`
    const metadata = { name, namespace, uid, resourceVersion: String(this.#version) }
    const object = { apiVersion: 'test.dev/v1', kind: 'Widget', metadata, ...fields }
    this.#objects.set(key, object)
    this.#tell({ type: before === undefined ? 'ADDED' : 'MODIFIED', object })
    return object
  }

  remove(name: string, namespace = 'shop'): void {
    const key = `${namespace}/${name}`
    const before = this.#objects.get(key)
    if (before === undefined) throw new Error(`no ${key}`)
    this.#objects.delete(key)
    this.#version += 1
    const metadata = { ...before.metadata, resourceVersion: String(this.#version) }
    this.#tell({ type: 'DELETED', object: { ...before, metadata } })
  }

  bookmark(): void {
    const object = { kind: 'Widget', metadata: { resourceVersion: String(this.#version) } }
    for (const watch of this.watches) watch.write(lineOf({ type: 'BOOKMARK', object }))
  }

  /** Ends the watches that are open, perhaps after some last words. */
  endWatches(words = ''): void {
    for (const watch of this.watches) watch.end(words)
    this.watches.clear()
  }

  /** Forgets the past: a watch from before now is answered with 410. */
  compact(): void {
    this.#oldest = this.#version
  }

  /** Serves a watch from the version it asks for. */
  serveWatch({ query, response }: Call): void {
    const from = Number(query.get('resourceVersion'))
    if (from < this.#oldest) {
      refuse(response, 410, { reason: 'Expired', message: 'too old resource version' })
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const event of this.log) if (versionOf(event) > from) response.write(lineOf(event))
    this.watches.add(response)
    response.on('close', () => this.watches.delete(response))
    this.#wake()
  }

  serveList({ query, response }: Call): void {
    const limit = Number(query.get('limit') ?? Number.POSITIVE_INFINITY)
    const start = Number(query.get('continue') ?? 0)
    const all = [...this.#objects.values()].map(({ kind: _, apiVersion: __, ...rest }) => rest)
    const next = start + limit < all.length ? { continue: String(start + limit) } : {}
    const metadata = { resourceVersion: String(this.#version), ...next }
    reply(response, 200, { kind: 'WidgetList', metadata, items: all.slice(start, start + limit) })
    this.#wake()
  }

  /** Resolves when the condition holds; looked at after each call and change. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  #tell(event: WatchEvent): void {
    this.log.push(event)
    for (const watch of this.watches) watch.write(lineOf(event))
    this.#wake()
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    const body = await text(request)
    const call: Call = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body: body === '' ? undefined : (JSON.parse(body) as unknown),
      headers: request.headers,
      request,
      response,
    }
    this.calls.push(call)
    const kind = kindOf(call)
    const script = this.#scripts[kind].shift()
    if (script !== undefined) script(call)
    else if (kind === 'watch') this.serveWatch(call)
    else if (kind === 'list') this.serveList(call)
    else reply(response, 200, isObject(call.body) ? call.body : {})
    this.#wake()
  }
}

function kindOf({ method, query }: Call): CallKind {
  if (method !== 'GET') return 'write'
  return query.has('watch') ? 'watch' : 'list'
}

function versionOf({ object }: WatchEvent): number {
  return Number((object as KubeObject).metadata.resourceVersion)
}

export function lineOf(event: WatchEvent): string {
  return `${JSON.stringify(event)}\n`
}

export function reply(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Answers with a Status object. */
export function refuse(
  response: http.ServerResponse,
  status: number,
  { reason = '', message = '', retryAfter }: { reason?: string; message?: string; retryAfter?: number } = {},
): void {
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter))
  reply(response, status, { kind: 'Status', status: 'Failure', reason, message, code: status })
}
