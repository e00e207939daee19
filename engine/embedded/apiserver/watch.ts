import type { ServerResponse } from 'node:http'

import { notANumber } from './listing.ts'
import type { Presentation } from './presentation.ts'
import { keyOf, type Resource } from './resource.ts'
import type { Selection } from './selectors.ts'
import { badRequest, expired, StatusError } from './status-error.ts'
import type { Change, Store } from './store.ts'
import type { StoredObject } from './stored-object.ts'

export interface WatchRequest {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly query: URLSearchParams
  readonly selected: Selection
  readonly present: Presentation
}

const BOOKMARK_EVERY_MS = 60_000
const LONGEST_MS = 30 * 60_000
/** A client that leaves more than this unread is cut off. */
const LARGEST_BACKLOG = 16 * 1024 * 1024

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' }

/**
 * A stream of changes, one JSON document per line, until its time is up, the client leaves or `end` is called.
 * Making one throws a 400 for a request that cannot be read; nothing is sent then.
 */
export class Watch {
  readonly #store: Store
  readonly #request: WatchRequest
  readonly #response: ServerResponse
  readonly #stops: (() => void)[] = []

  constructor(store: Store, request: WatchRequest, response: ServerResponse) {
    this.#store = store
    this.#request = request
    this.#response = response
    const timeout = timeoutMs(request.query)
    const start = readStart(store, request)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    if (start.missed === undefined) {
      this.end(tooOld(request.query, store))
      return
    }
    this.#begin(start.initial, start.missed, start.marksEnd)
    this.#stops.push(store.clock.after(timeout, () => this.#timeOut()))
    response.once('close', () => this.#stop())
  }

  /** Ends the stream as the server does when its time is up, after an `ERROR` event if one is given. */
  end(error?: StatusError): void {
    this.#stop()
    if (error !== undefined) this.#send('ERROR', error.toStatus())
    this.#response.end()
  }

  /** Says nothing more, and stays open until the client leaves. */
  freeze(): void {
    this.#stop()
  }

  #begin(initial: readonly StoredObject[], missed: readonly Change[], marksEnd: boolean): void {
    for (const object of initial) this.#send('ADDED', this.#request.present.next(object))
    if (marksEnd) this.#bookmark(INITIAL_EVENTS_END)
    for (const change of missed) this.#deliver(change)
    this.#stops.push(this.#store.subscribe((change) => this.#deliver(change)))
    if (this.#wantsBookmarks) this.#bookmarkLater()
  }

  get #wantsBookmarks(): boolean {
    return this.#request.query.get('allowWatchBookmarks') === 'true'
  }

  #timeOut(): void {
    if (this.#wantsBookmarks) this.#bookmark()
    this.end()
  }

  #bookmarkLater(): void {
    const cancel = this.#store.clock.after(BOOKMARK_EVERY_MS, () => {
      this.#stops.splice(this.#stops.indexOf(cancel), 1)
      this.#bookmark()
      this.#bookmarkLater()
    })
    this.#stops.push(cancel)
  }

  #bookmark(annotations?: Readonly<Record<string, string>>): void {
    this.#send('BOOKMARK', this.#request.present.bookmark(this.#store.revision, annotations))
  }

  #deliver(change: Change): void {
    const seen = asSeen(change, this.#request)
    if (seen !== undefined) this.#send(seen.type, this.#request.present.next(seen.object))
  }

  #send(type: string, object: unknown): void {
    this.#response.write(`${JSON.stringify({ type, object })}\n`)
    if (this.#response.writableLength > LARGEST_BACKLOG) this.#response.destroy()
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }
}

interface Start {
  readonly initial: readonly StoredObject[]
  /** Undefined when the history does not reach that far. */
  readonly missed: readonly Change[] | undefined
  readonly marksEnd: boolean
}

/** Without a revision, or from 0, a watch starts with what is there; otherwise with what happened since. */
function readStart(store: Store, { resource, namespace, query, selected }: WatchRequest): Start {
  const revision = query.get('resourceVersion') ?? ''
  const sendsInitial = query.get('sendInitialEvents')
  if (sendsInitial === 'true' || (sendsInitial === null && (revision === '' || revision === '0'))) {
    const initial = store.list(resource, namespace, selected)
    return { initial, missed: [], marksEnd: sendsInitial === 'true' }
  }
  if (revision === '' || revision === '0') return { initial: [], missed: [], marksEnd: false }
  if (!/^\d+$/.test(revision)) throw new StatusError(500, '', notANumber(revision))
  return { initial: [], missed: store.since(Number(revision)), marksEnd: false }
}

function tooOld(query: URLSearchParams, store: Store): StatusError {
  return expired(`too old resource version: ${query.get('resourceVersion') ?? ''} (${store.revision})`)
}

/** An object that comes to fit the selectors is new to the watcher, one that no longer fits is gone. */
function asSeen(
  { type, resource, object, previous }: Change,
  { resource: watched, namespace, selected }: WatchRequest,
): Pick<Change, 'type' | 'object'> | undefined {
  if (keyOf(resource) !== keyOf(watched)) return undefined
  if (namespace !== undefined && object.metadata.namespace !== namespace) return undefined
  const before = previous !== undefined && selected(previous)
  const after = type !== 'DELETED' && selected(object)
  if (before && after) return { type: 'MODIFIED', object }
  if (after) return { type: 'ADDED', object }
  return before ? { type: 'DELETED', object } : undefined
}

function timeoutMs(query: URLSearchParams): number {
  const seconds = Number(query.get('timeoutSeconds') ?? 0)
  if (!Number.isFinite(seconds) || seconds < 0) throw badRequest('timeoutSeconds: expected a whole number')
  return seconds === 0 ? LONGEST_MS : seconds * 1000
}
