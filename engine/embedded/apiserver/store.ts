import type { Clock } from '../../base/clock.ts'
import { keyOf, type Resource } from './resource.ts'
import type { StoredMeta, StoredObject } from './stored-object.ts'

/** One change. `previous` is what the object was before it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: Resource
  readonly object: StoredObject
  readonly previous: StoredObject | undefined
  readonly revision: number
}

/** An object that only lacks the revision which storing it gives. */
export type Unversioned = Omit<StoredObject, 'metadata'> & {
  readonly metadata: Omit<StoredMeta, 'resourceVersion'>
}

/** Every object by resource, namespace and name, and the latest changes, under one rising revision. */
export class Store {
  #revision = 1
  /** The oldest revision a watch can still start from. */
  #floor = 1
  readonly #history: Change[] = []
  readonly #historyLimit: number
  readonly #objects = new Map<string, Map<string, StoredObject>>()
  readonly #listeners = new Set<(change: Change) => void>()
  /** A listener may write; every listener still hears of the changes in their order. */
  readonly #undelivered: Change[] = []
  readonly clock: Clock

  constructor(clock: Clock, historyLimit: number) {
    this.clock = clock
    this.#historyLimit = historyLimit
  }

  get revision(): number {
    return this.#revision
  }

  get(resource: Resource, namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#objects.get(keyOf(resource))?.get(`${namespace ?? ''}/${name}`)
  }

  /** In the order of namespace, then name. */
  list(
    resource: Resource,
    namespace: string | undefined,
    wanted: (object: StoredObject) => boolean,
  ): readonly StoredObject[] {
    const found: [string, StoredObject][] = []
    for (const entry of this.#objects.get(keyOf(resource)) ?? []) {
      const [, object] = entry
      if (namespace !== undefined && object.metadata.namespace !== namespace) continue
      if (wanted(object)) found.push(entry)
    }
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  /** Adds the object, or takes the place of the one of the same name. */
  put(resource: Resource, object: Unversioned): StoredObject {
    const kept = this.#stamp(object)
    const objects = this.#objects.get(keyOf(resource)) ?? new Map<string, StoredObject>()
    this.#objects.set(keyOf(resource), objects)
    const key = storageKey(kept)
    const previous = objects.get(key)
    objects.set(key, kept)
    this.#publish({
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      resource,
      object: kept,
      previous,
      revision: this.#revision,
    })
    return kept
  }

  remove(resource: Resource, object: StoredObject): StoredObject {
    const last = this.#stamp(object)
    this.#objects.get(keyOf(resource))?.delete(storageKey(object))
    this.#publish({ type: 'DELETED', resource, object: last, previous: object, revision: this.#revision })
    return last
  }

  /** What happened after `revision`; undefined when that is longer ago than the history reaches. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#floor) return undefined
    return this.#history.filter((change) => change.revision > revision)
  }

  /** Calls `listener` after each change; the returned function ends that. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #stamp(object: Unversioned): StoredObject {
    this.#revision += 1
    return {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#revision) },
    } as StoredObject
  }

  #publish(change: Change): void {
    this.#history.push(change)
    if (this.#history.length > this.#historyLimit) {
      this.#floor = this.#history.shift()?.revision ?? this.#floor
    }
    this.#undelivered.push(change)
    if (this.#undelivered.length > 1) return
    for (let next = this.#undelivered[0]; next !== undefined; next = this.#undelivered[0]) {
      for (const listener of [...this.#listeners]) listener(next)
      this.#undelivered.shift()
    }
  }
}

function storageKey({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
