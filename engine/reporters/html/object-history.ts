import { textAt, type Json, type JsonObject } from '../../base/json.ts'
import type { EventOf } from '../../events/event.ts'
import { fieldChanges } from './field-changes.ts'
import type { ObjectHistory, Revision } from './model.ts'

/** Changes with every write and says nothing. */
const NOISE = ['managedFields', 'resourceVersion', 'generation']

interface Growing {
  readonly title: string
  readonly revisions: Revision[]
  last: JsonObject
}

/** What was seen of the objects of one attempt, one history each, in the order in which they came. */
export class ObjectHistories {
  readonly #byTitle = new Map<string, Growing>()

  see({ change, object, at }: EventOf<'object:seen'>): void {
    const title = titleOf(object)
    const seen = withoutNoise(object)
    const known = this.#byTitle.get(title)
    if (known === undefined) {
      this.#byTitle.set(title, { title, revisions: [{ at, change, changes: [] }], last: seen })
      return
    }
    known.revisions.push({ at, change, changes: fieldChanges(known.last, seen) })
    known.last = seen
  }

  all(): readonly ObjectHistory[] {
    return [...this.#byTitle.values()]
  }
}

function titleOf(object: JsonObject): string {
  const [kind = 'object', name = ''] = [textAt(object, 'kind'), textAt(object, 'metadata', 'name')]
  const namespace = textAt(object, 'metadata', 'namespace')
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}

function withoutNoise(object: JsonObject): JsonObject {
  const metadata = object['metadata']
  if (typeof metadata !== 'object' || metadata === null) return object
  const kept = Object.entries<Json>(metadata as JsonObject).filter(([key]) => !NOISE.includes(key))
  return { ...object, metadata: Object.fromEntries(kept) }
}
