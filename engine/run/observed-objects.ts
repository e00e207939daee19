import type { JsonObject } from '../base/json.ts'
import type { Clock } from '../base/clock.ts'
import type { Revision } from '../cluster/object-history.ts'
import type { ObjectStream, WatchHub } from '../cluster/watch-hub.ts'
import type { ResourceType } from '../cluster/types.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Sighting } from './ledger.ts'

export interface ObservedOptions {
  readonly hub: WatchHub
  readonly clock: Clock
  readonly description: GatewayDescription
  readonly namespaces: readonly string[]
  readonly onRevision: (change: Revision['event'], object: JsonObject) => void
}

/** What the thread's watch shows of one attempt: every state of the objects in its namespaces, from its beginning. */
export class ObservedObjects {
  readonly #options: ObservedOptions
  readonly #revisions = new Map<string, Revision[]>()
  readonly #streams: ObjectStream[] = []
  readonly #unsubscribe: (() => void)[] = []

  private constructor(options: ObservedOptions) {
    this.#options = options
  }

  /** Resolves when every watch the ledger needs has its first list. */
  static async start(options: ObservedOptions, signal: AbortSignal): Promise<ObservedObjects> {
    const observed = new ObservedObjects(options)
    const kinds = options.description.ledger.kinds.map((kind) => options.description.kinds[kind]?.type)
    try {
      for (const type of kinds) if (type !== undefined) await observed.#follow(type, signal)
      return observed
    } catch (error) {
      observed.stop()
      throw error
    }
  }

  async #follow(type: ResourceType, signal: AbortSignal): Promise<void> {
    const { hub, namespaces, onRevision } = this.#options
    const stream = hub.open(type)
    this.#streams.push(stream)
    await orAbort(stream.ready, signal)
    const own: Revision[] = []
    this.#revisions.set(type.plural, own)
    this.#unsubscribe.push(
      stream.subscribe((revision) => {
        if (!namespaces.includes(revision.object.metadata.namespace ?? '')) return
        own.push(revision)
        onRevision(revision.event, revision.object as unknown as JsonObject)
      }),
    )
  }

  of(type: ResourceType): readonly Revision[] {
    return this.#revisions.get(type.plural) ?? []
  }

  /** For the ledger: each object that was seen in this attempt's namespaces, and what is there in all others. */
  sightings(): readonly Sighting[] {
    const own = [...this.#revisions.values()].flatMap(firstSeen)
    const elsewhere = this.#streams
      .flatMap((stream) => stream.current())
      .filter(({ metadata }) => !this.#options.namespaces.includes(metadata.namespace ?? ''))
      .map((object) => ({ object, wall: Date.parse(object.metadata.creationTimestamp ?? '') + 1000 }))
    return [...own, ...elsewhere]
  }

  /** Resolves at the next change of any object, or after `ms`. */
  async change(ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const slept = this.#options.clock.sleep(ms, AbortSignal.any([signal, stop.signal]))
    let unsubscribe: readonly (() => void)[] = []
    const changed = new Promise<void>((resolve) => {
      unsubscribe = this.#streams.map((stream) => stream.subscribe(() => resolve()))
    })
    try {
      await Promise.race([changed, slept])
    } finally {
      for (const end of unsubscribe) end()
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
