import type { IncomingMessage } from 'node:http'
import type { Clock } from '../base/clock.ts'
import { describeError } from '../base/failure.ts'
import { isObject, valueAt } from '../base/json.ts'
import type { Random } from '../base/random.ts'
import { ApiError, apiErrorOf } from './api-error.ts'
import type { ApiTransport } from './api-transport.ts'
import { Backoff } from './backoff.ts'
import { LineSplitter } from './json-lines.ts'
import { listAll } from './list-all.ts'
import { collectionPath, queryText } from './resource-path.ts'
import type { KubeObject, ResourceType } from './types.ts'

/** What a watch tells. */
export interface WatchSink {
  /** Everything that exists. `afterGap`: changes since the last word may have gone by unseen. */
  listed(items: readonly KubeObject[], afterGap: boolean): void
  put(object: KubeObject): void
  removed(object: KubeObject): void
  /** The watch is open. */
  up(): void
  /** The watch is not open; it will be tried again. */
  down(error: string | undefined): void
}

export interface WatchLoopOptions {
  readonly transport: ApiTransport
  readonly clock: Clock
  readonly random: Random
  readonly type: ResourceType
  readonly namespace?: string | undefined
  readonly sink: WatchSink
  readonly signal: AbortSignal
  /** A watch that says nothing for so long, not even a bookmark, is taken for dead. */
  readonly silenceMs: number
  /** After this the server is asked to end the watch. */
  readonly timeoutSeconds: number
}

/** Between the beginnings of two connections, whatever happens: at most ten a second. */
const LEAST_SPACING_MS = 100
const HEALTHY_MS = 10_000
const OPEN_LIMIT_MS = 10_000

/** A line that is not a watch event: what follows it cannot be trusted. */
class Garbled extends Error {}

/** Lists once, then follows every change until the signal fires, resuming where it was cut off. */
export class WatchLoop {
  readonly #options: WatchLoopOptions
  readonly #backoff: Backoff
  /** Where the next watch starts; undefined when only a list can tell. */
  #version: string | undefined
  #listed = false

  constructor(options: WatchLoopOptions) {
    this.#options = options
    this.#backoff = new Backoff({ random: options.random, firstMs: 50, mostMs: 5000 })
  }

  async run(): Promise<void> {
    const { clock, sink, signal } = this.#options
    while (!signal.aborted) {
      const startedAt = clock.now()
      const error = await this.#turn()
      sink.down(error === undefined ? undefined : describeError(error))
      if (isGap(error)) this.#version = undefined
      if (clock.now() - startedAt >= HEALTHY_MS) this.#backoff.reset()
      const spacingMs = startedAt + LEAST_SPACING_MS - clock.now()
      await this.#pause(Math.max(spacingMs, this.#backoff.next(), retryAfterOf(error)))
    }
  }

  /** One connection from beginning to end; returns what ended it, undefined when the server did so in good order. */
  async #turn(): Promise<unknown> {
    try {
      if (this.#version === undefined) await this.#list()
      await this.#follow()
      return undefined
    } catch (error) {
      return error
    }
  }

  async #list(): Promise<void> {
    const { transport, type, namespace, sink, signal } = this.#options
    const fetch = (path: string): Promise<string> =>
      transport.exchange({ method: 'GET', path, timeoutMs: OPEN_LIMIT_MS, signal })
    const { items, resourceVersion } = await listAll(fetch, type, { namespace })
    this.#version = resourceVersion
    sink.listed(items, this.#listed)
    this.#listed = true
  }

  async #follow(): Promise<void> {
    const { transport, type, namespace, timeoutSeconds, sink, signal } = this.#options
    const query = queryText({
      watch: true,
      allowWatchBookmarks: true,
      timeoutSeconds,
      resourceVersion: this.#version,
    })
    const path = `${collectionPath(type, namespace)}${query}`
    const response = await transport.open({ method: 'GET', path, timeoutMs: OPEN_LIMIT_MS, signal })
    const stop = (): void => void response.destroy()
    signal.addEventListener('abort', stop, { once: true })
    try {
      sink.up()
      await this.#read(response)
    } finally {
      signal.removeEventListener('abort', stop)
      response.destroy()
    }
  }

  async #read(response: IncomingMessage): Promise<void> {
    const { clock, silenceMs } = this.#options
    const splitter = new LineSplitter()
    const listen = (): (() => void) =>
      clock.after(silenceMs, () => response.destroy(new Error(`the watch was silent for ${silenceMs} ms`)))
    let cancel = listen()
    try {
      for await (const chunk of response) {
        cancel()
        cancel = listen()
        for (const line of splitter.push(chunk as Buffer)) this.#take(line)
      }
    } finally {
      cancel()
    }
  }

  #take(line: string): void {
    const { type, object } = parseEvent(line)
    if (type === 'ERROR') throw statusError(object, this.#options.type)
    const version = valueAt(object, ['metadata', 'resourceVersion'])
    if (typeof version !== 'string')
      throw new Garbled(`a watch event without a version: ${line.slice(0, 80)}`)
    this.#version = version
    this.#backoff.reset()
    if (type === 'BOOKMARK') return
    // Anything with metadata is an object; its other fields are whatever the API has.
    const changed = object as unknown as KubeObject
    if (type === 'DELETED') this.#options.sink.removed(changed)
    else this.#options.sink.put(changed)
  }

  async #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options
    try {
      await clock.sleep(ms, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

interface WatchEvent {
  readonly type: string
  readonly object: Readonly<Record<string, unknown>>
}

function parseEvent(line: string): WatchEvent {
  try {
    const event: unknown = JSON.parse(line)
    if (isObject(event) && typeof event['type'] === 'string' && isObject(event['object']))
      return { type: event['type'], object: event['object'] }
  } catch (cause) {
    throw new Garbled(`a watch event is not JSON: ${line.slice(0, 80)}`, { cause })
  }
  throw new Garbled(`not a watch event: ${line.slice(0, 80)}`)
}

function statusError(status: WatchEvent['object'], type: ResourceType): ApiError {
  const code = typeof status['code'] === 'number' ? status['code'] : 500
  const body = JSON.stringify({ ...status, kind: 'Status' })
  return apiErrorOf({ doing: `watch of ${type.plural}`, status: code, body })
}

/** Whether a watch can no longer be resumed from where it was. */
function isGap(error: unknown): boolean {
  if (error instanceof Garbled) return true
  if (!(error instanceof ApiError)) return false
  if (/too large resource version/i.test(error.details.explanation)) return true
  return error.status >= 400 && error.status < 500 && ![401, 403, 429].includes(error.status)
}

function retryAfterOf(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0
}
