import type { Clock } from '../base/clock.ts'
import { randomFrom, type Random } from '../base/random.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import { ApiTransport } from './api-transport.ts'
import { ObjectHistory, type Revision, type RevisionQuery } from './object-history.ts'
import type { ClusterConnection, KubeObject, ResourceType } from './types.ts'
import { WatchLoop } from './watch-loop.ts'

export interface WatchHubOptions {
  readonly connection: ClusterConnection
  readonly clock: Clock
  /** For the jitter between reconnects. */
  readonly random?: Random
  /** Watches one namespace instead of the whole cluster. */
  readonly namespace?: string
  /** Default 90 s: the API server sends a bookmark about once a minute. */
  readonly silenceMs?: number
  /** Default 1800, what API servers grant at most or nearly so; one that died in between is known by its silence. */
  readonly timeoutSeconds?: number
  readonly makeConnection?: MakeConnection
  /** Called at each 401; then the credentials will be renewed. */
  readonly onRefused?: () => void
}

/** Everything that happens to the objects of one type. */
export interface ObjectStream {
  /** The first list is in. Rejects only when the hub is closed first; until then `lastError` says what is in the way. */
  readonly ready: Promise<void>
  /** What exists now, as far as it is known. */
  current(namespace?: string): readonly KubeObject[]
  /** Every state that was seen, oldest first. The states of the first list count as added. */
  revisions(query: RevisionQuery): readonly Revision[]
  /** Calls the listener at each change from now on, in order. It must not throw. */
  subscribe(listener: (revision: Revision) => void): () => void
  /** Frees the memory of a namespace that is of no interest any more. */
  forget(namespace: string): void
  /** How often the history had to be patched up from a list, so that states in between can have been missed. */
  readonly holes: number
  /** Since when (`clock.now()`) no watch is open; undefined while one is. Silence proves nothing in that time. */
  readonly downSince: number | undefined
  /** Why the watch last broke off, until it is open again. */
  readonly lastError: string | undefined
}

/** One watch per type of object, shared by everyone who asks. */
export interface WatchHub {
  open(type: ResourceType): ObjectStream
  /** New credentials, from the next connection on. */
  update(connection: ClusterConnection): void
  close(): void
}

export function createWatchHub(options: WatchHubOptions): WatchHub {
  const transport = new ApiTransport(options)
  const random = options.random ?? randomFrom('watch-hub', options.connection.server)
  const streams = new Map<string, WatchedType>()
  let isClosed = false
  const closed = (): Error => new Error('the watch hub is closed')
  return {
    open: (type) => {
      if (isClosed) throw closed()
      const key = `${type.plural}.${type.version}.${type.group}`
      const known = streams.get(key)
      if (known !== undefined) return known
      const stream = new WatchedType(type, { ...options, transport, random })
      streams.set(key, stream)
      return stream
    },
    update: (connection) => transport.update(connection),
    close: () => {
      isClosed = true
      for (const stream of streams.values()) stream.close(closed())
      transport.close()
    },
  }
}

interface WatchedTypeOptions extends WatchHubOptions {
  readonly transport: ApiTransport
  readonly random: Random
}

class WatchedType implements ObjectStream {
  readonly ready: Promise<void>
  readonly #history: ObjectHistory
  readonly #stop = new AbortController()
  #holes = 0
  #downSince: number | undefined
  #lastError: string | undefined

  constructor(type: ResourceType, options: WatchedTypeOptions) {
    const { clock, silenceMs = 90_000, timeoutSeconds = 1800 } = options
    const { signal } = this.#stop
    this.#history = new ObjectHistory(clock)
    this.#downSince = clock.now()
    let listed = (): void => undefined
    this.ready = new Promise((resolve, reject) => {
      listed = resolve
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
    // Nobody may be waiting when the hub is closed, and that is no error.
    this.ready.catch(() => undefined)
    const sink = {
      listed: (items: readonly KubeObject[], afterGap: boolean) => {
        if (afterGap) this.#holes += 1
        this.#history.replaceAll(items)
        listed()
      },
      put: (object: KubeObject) => this.#history.put(object),
      removed: (object: KubeObject) => this.#history.remove(object),
      up: () => {
        this.#downSince = undefined
        this.#lastError = undefined
      },
      down: (error: string | undefined) => {
        this.#downSince ??= clock.now()
        this.#lastError = error ?? this.#lastError
      },
    }
    void new WatchLoop({ ...options, type, sink, signal, silenceMs, timeoutSeconds }).run()
  }

  close(reason: Error): void {
    this.#stop.abort(reason)
  }

  get holes(): number {
    return this.#holes
  }

  get downSince(): number | undefined {
    return this.#downSince
  }

  get lastError(): string | undefined {
    return this.#lastError
  }

  current(namespace?: string): readonly KubeObject[] {
    return this.#history.current(namespace)
  }

  revisions(query: RevisionQuery): readonly Revision[] {
    return this.#history.revisions(query)
  }

  subscribe(listener: (revision: Revision) => void): () => void {
    return this.#history.subscribe(listener)
  }

  forget(namespace: string): void {
    this.#history.forget(namespace)
  }
}
