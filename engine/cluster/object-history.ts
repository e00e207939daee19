import type { Clock } from '../base/clock.ts'
import type { KubeObject } from './types.ts'

/** One state of one object, as it was seen. */
export interface Revision {
  readonly object: KubeObject
  /** `clock.now()` when it was seen. */
  readonly at: number
  /** Wall time when it was seen. */
  readonly wall: number
  /** `deleted` carries the last state that is known. */
  readonly event: 'added' | 'modified' | 'deleted'
  /** It was made up from a list: what was in between, and in which order, is not known. */
  readonly listed?: true
}

/** One object by its identity, or every object that bore a name. */
export type RevisionQuery = { readonly uid: string } | { readonly namespace?: string; readonly name: string }

/** All objects of one type and every state they were seen in. */
export class ObjectHistory {
  readonly #clock: Clock
  readonly #live = new Map<string, KubeObject>()
  readonly #revisions = new Map<string, Revision[]>()
  readonly #uidsByName = new Map<string, Set<string>>()
  readonly #forgotten = new Set<string>()
  #isListing = false
  readonly #listeners = new Set<(revision: Revision) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  current(namespace?: string): readonly KubeObject[] {
    const all = [...this.#live.values()]
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
  }

  /** Oldest first. */
  revisions(query: RevisionQuery): readonly Revision[] {
    if ('uid' in query) return [...(this.#revisions.get(query.uid) ?? [])]
    const uids = this.#uidsByName.get(nameKey(query)) ?? []
    return [...uids].flatMap((uid) => this.#revisions.get(uid) ?? [])
  }

  subscribe(listener: (revision: Revision) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Takes a full list for the truth and makes up the changes that lead to it. */
  replaceAll(items: readonly KubeObject[]): void {
    const listed = new Set(items.map(uidOf))
    for (const uid of this.#forgotten) if (!listed.has(uid)) this.#forgotten.delete(uid)
    this.#isListing = true
    for (const [uid, object] of [...this.#live]) if (!listed.has(uid)) this.remove(object)
    for (const item of items) this.put(item)
    this.#isListing = false
  }

  /** An object as it now is; one that is known in this very version is passed over. */
  put(object: KubeObject): void {
    const uid = uidOf(object)
    if (this.#forgotten.has(uid)) return
    const before = this.#live.get(uid)
    const { resourceVersion } = object.metadata
    if (before !== undefined && before.metadata.resourceVersion === resourceVersion) return
    this.#live.set(uid, object)
    this.#record(uid, object, before === undefined ? 'added' : 'modified')
  }

  /** An object that is gone; one that was not known is passed over. */
  remove(object: KubeObject): void {
    const uid = uidOf(object)
    this.#forgotten.delete(uid)
    if (this.#live.delete(uid)) this.#record(uid, object, 'deleted')
  }

  /** Drops everything of a namespace; what becomes of the objects in it is not followed any more, new objects are. */
  forget(namespace: string): void {
    for (const [uid, revisions] of [...this.#revisions]) {
      const object = revisions[0]?.object
      if (object?.metadata.namespace !== namespace) continue
      if (this.#live.delete(uid)) this.#forgotten.add(uid)
      this.#revisions.delete(uid)
      this.#uidsByName.delete(nameKey(object.metadata))
    }
  }

  #record(uid: string, object: KubeObject, event: Revision['event']): void {
    const revision: Revision = {
      ...{ object, at: this.#clock.now(), wall: this.#clock.wall(), event },
      ...(this.#isListing ? { listed: true } : {}),
    }
    const revisions = this.#revisions.get(uid)
    if (revisions === undefined) this.#revisions.set(uid, [revision])
    else revisions.push(revision)
    const key = nameKey(object.metadata)
    const uids = this.#uidsByName.get(key)
    if (uids === undefined) this.#uidsByName.set(key, new Set([uid]))
    else uids.add(uid)
    for (const listener of [...this.#listeners]) listener(revision)
  }
}

function uidOf({ metadata }: KubeObject): string {
  return metadata.uid ?? nameKey(metadata)
}

function nameKey({ namespace = '', name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`
}
