import type { ScenarioRecord } from './scenario-record.ts'

/** What all versions of a list share; only the latest of them adds to it. */
interface Shared {
  readonly records: ScenarioRecord[]
  readonly places: Map<string, number>
}

/**
 * Scenarios that have ended, in the order in which they did, each once. Adding one gives a new list and leaves this one as
 * it is, without copying: in a suite of ten thousand that would be what a run mostly does.
 */
export class Finished implements Iterable<ScenarioRecord> {
  readonly length: number
  readonly #shared: Shared

  private constructor(shared: Shared, length: number) {
    this.#shared = shared
    this.length = length
  }

  static of(...records: readonly ScenarioRecord[]): Finished {
    return records.reduce(
      (list, record) => list.with(record),
      new Finished({ records: [], places: new Map() }, 0),
    )
  }

  with(record: ScenarioRecord): Finished {
    const isLatest = this.#shared.records.length === this.length
    const shared = isLatest ? this.#shared : sharedOf(this.all)
    shared.places.set(record.plan.id, this.length)
    shared.records.push(record)
    return new Finished(shared, this.length + 1)
  }

  get(id: string): ScenarioRecord | undefined {
    const place = this.#shared.places.get(id) ?? Infinity
    return place < this.length ? this.#shared.records[place] : undefined
  }

  get all(): readonly ScenarioRecord[] {
    return this.#shared.records.slice(0, this.length)
  }

  [Symbol.iterator](): IterableIterator<ScenarioRecord> {
    return this.all[Symbol.iterator]()
  }

  filter(isMeant: (record: ScenarioRecord) => boolean): ScenarioRecord[] {
    return this.all.filter(isMeant)
  }

  map<T>(change: (record: ScenarioRecord) => T): T[] {
    return this.all.map(change)
  }

  flatMap<T>(change: (record: ScenarioRecord) => readonly T[]): T[] {
    return this.all.flatMap(change)
  }
}

function sharedOf(records: readonly ScenarioRecord[]): Shared {
  return {
    records: [...records],
    places: new Map(records.map(({ plan }, place) => [plan.id, place])),
  }
}
