const CHUNK = 64

/**
 * A list that is only ever added to at its end and changed near it. Each change gives a new list and copies a few dozen
 * items, however long the list is: a scenario may have run thousands of steps.
 */
export class StepList<T> implements Iterable<T> {
  static readonly empty = new StepList<never>([], 0)
  readonly length: number
  readonly #chunks: readonly (readonly T[])[]

  private constructor(chunks: readonly (readonly T[])[], length: number) {
    this.#chunks = chunks
    this.length = length
  }

  static of<T>(...items: readonly T[]): StepList<T> {
    return items.reduce((list: StepList<T>, item) => list.with(item), StepList.empty)
  }

  with(item: T): StepList<T> {
    const last = this.#chunks.at(-1)
    const chunks =
      last === undefined || last.length === CHUNK
        ? [...this.#chunks, [item]]
        : this.#chunks.with(-1, [...last, item])
    return new StepList(chunks, this.length + 1)
  }

  /** The latest item that is meant, put in its changed form; the same list when there is none. */
  changed(isMeant: (item: T) => boolean, change: (item: T) => T): StepList<T> {
    for (let at = this.#chunks.length - 1; at >= 0; at -= 1) {
      const chunk = this.#chunks[at] ?? []
      const index = chunk.findLastIndex(isMeant)
      const item = chunk[index]
      if (item !== undefined)
        return new StepList(this.#chunks.with(at, chunk.with(index, change(item))), this.length)
    }
    return this
  }

  get all(): readonly T[] {
    return this.#chunks.flat()
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.all[Symbol.iterator]()
  }

  findLast(isMeant: (item: T) => boolean): T | undefined {
    for (let at = this.#chunks.length - 1; at >= 0; at -= 1) {
      const found = this.#chunks[at]?.findLast(isMeant)
      if (found !== undefined) return found
    }
    return undefined
  }
}
