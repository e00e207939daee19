import { abortWithin } from '../base/abort.ts'
import type { Clock } from '../base/clock.ts'
import type { Revision } from '../cluster/object-history.ts'
import type { ObjectStream, WatchHub } from '../cluster/watch-hub.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Past } from '../steps/subjects/history-claims.ts'
import { missedBy } from '../steps/subjects/observe-objects.ts'
import type { Sighting } from './ledger.ts'

export interface ObservedOptions {
  readonly hub: WatchHub
  readonly clock: Clock
  readonly description: GatewayDescription
  readonly namespaces: readonly string[]
  readonly onRevision: (change: Revision['event'], object: KubeObject) => void
}

/** A watch that is read, and how it stood when that began. */
interface Followed {
  readonly type: ResourceType
  readonly stream: ObjectStream
  readonly since: number
  readonly holes: number
}

/** What the thread's watch shows of one attempt: every state of the objects in its namespaces, from its beginning. */
export class ObservedObjects {
  readonly #options: ObservedOptions
  readonly #revisions = new Map<string, Revision[]>()
  readonly #followed = new Map<string, Followed>()
  readonly #unsubscribe: (() => void)[] = []

  private constructor(options: ObservedOptions) {
    this.#options = options
  }

  /** Of an attempt that nothing can come of, until a step asks for a kind. */
  static idle(options: ObservedOptions): ObservedObjects {
    return new ObservedObjects(options)
  }

  /** Resolves when every watch the ledger needs has its first list. */
  static async start(options: ObservedOptions, signal: AbortSignal): Promise<ObservedObjects> {
    const observed = new ObservedObjects(options)
    const kinds = options.description.ledger.kinds.map((kind) => options.description.kinds[kind]?.type)
    try {
      for (const type of kinds) if (type !== undefined) await observed.follow(type, signal)
      return observed
    } catch (error) {
      observed.stop()
      throw error
    }
  }

  /** Reads the watch of one more kind, which is opened when nobody else reads it. */
  async follow(type: ResourceType, signal: AbortSignal): Promise<ObjectStream> {
    const { hub, clock, namespaces, onRevision } = this.#options
    const stream = hub.open(type)
    await orAbort(stream.ready, signal)
    if (this.#followed.has(keyOf(type))) return stream
    this.#followed.set(keyOf(type), { type, stream, since: clock.now(), holes: stream.holes })
    const own: Revision[] = []
    this.#revisions.set(keyOf(type), own)
    this.#unsubscribe.push(
      stream.subscribe((revision) => {
        if (!namespaces.includes(revision.object.metadata.namespace ?? '')) return
        own.push(revision)
        onRevision(revision.event, revision.object)
      }),
    )
    return stream
  }

  of(type: ResourceType): readonly Revision[] {
    return this.#revisions.get(keyOf(type)) ?? []
  }

  /** The states of objects of a kind that is followed. */
  past(type: ResourceType): Past {
    const followed = this.#followed.get(keyOf(type))
    return {
      states: (object) => (followed === undefined ? [object] : statesOf(object, followed)),
      missed: () =>
        followed === undefined ? `${type.plural} are not watched` : missedBy(followed.stream, followed),
    }
  }

  get #streams(): readonly ObjectStream[] {
    return [...this.#followed.values()].map(({ stream }) => stream)
  }

  /** Of the kinds that signals lead to. */
  get #accounting(): readonly Followed[] {
    const { kinds } = this.#options.description.ledger
    return [...this.#followed.values()].filter(({ type }) => kinds.includes(type.kind))
  }

  /** For the ledger: each object that was seen in this attempt's namespaces, and what is there in all others. */
  sightings(): readonly Sighting[] {
    const own = this.#accounting.flatMap(({ type }) => firstSeen(this.of(type)))
    const elsewhere = this.#accounting
      .flatMap(({ stream }) => stream.current())
      .filter(({ metadata }) => !this.#options.namespaces.includes(metadata.namespace ?? ''))
      .map((object) => ({ object, wall: Date.parse(object.metadata.creationTimestamp ?? '') + 1000 }))
    return [...own, ...elsewhere]
  }

  /** Calls the listener at each change of any object. */
  subscribe(listener: () => void): () => void {
    const unsubscribe = this.#streams.map((stream) => stream.subscribe(listener))
    return () => {
      for (const end of unsubscribe) end()
    }
  }

  /** Resolves at the next change of any object, or after `ms`. */
  async change(ms: number, signal: AbortSignal): Promise<void> {
    const stop = abortWithin(signal)
    const slept = this.#options.clock.sleep(ms, stop.signal)
    let unsubscribe = (): void => undefined
    const changed = new Promise<void>((resolve) => {
      unsubscribe = this.subscribe(() => resolve())
    })
    try {
      await Promise.race([changed, slept])
    } finally {
      unsubscribe()
      stop.abort()
      slept.catch(() => undefined)
    }
  }

  stop(): void {
    for (const end of this.#unsubscribe) end()
    for (const stream of this.#streams) {
      for (const namespace of this.#options.namespaces) stream.forget(namespace)
    }
  }
}

function keyOf({ plural, version, group }: ResourceType): string {
  return `${plural}.${version}.${group}`
}

/** From the state that it had when the attempt began. */
function statesOf({ metadata }: KubeObject, { stream, since }: Followed): readonly KubeObject[] {
  const { uid, name, namespace } = metadata
  const revisions = stream
    .revisions(uid === undefined ? { ...(namespace === undefined ? {} : { namespace }), name } : { uid })
    .filter(({ event }) => event !== 'deleted')
  const first = revisions.findLastIndex(({ at }) => at < since)
  return revisions.slice(Math.max(0, first)).map(({ object }) => object)
}

/** Each object in its last state, at the time of its first: a change does not make it a new one. */
function firstSeen(revisions: readonly Revision[]): readonly Sighting[] {
  const sightings = new Map<string, Sighting>()
  for (const { object, wall } of revisions) {
    const { uid, namespace = '', name } = object.metadata
    const key = uid ?? `${namespace}/${name}`
    sightings.set(key, { object, wall: sightings.get(key)?.wall ?? wall })
  }
  return [...sightings.values()]
}

/** The promise, unless the signal comes first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) {
      abort()
      return
    }
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
