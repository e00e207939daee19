import type { Scenario } from '../scenario/scenario.ts'

/** An attempt that waits for a lane. */
export interface Waiting {
  readonly scenario: Scenario
  readonly attempt: number
  /** The thread of a broken attempt; another one is taken where there is one. */
  readonly avoid?: number
  /** Its thread was lost with it: it does not share one with another of that kind, so that it is known who is to blame. */
  readonly suspect?: boolean
}

interface Placed {
  readonly place: number
  readonly waiting: Waiting
}

/** Attempts that wait for the very same things: where the first of them cannot start, none can. */
class Alike {
  readonly key: string
  readonly #members: Placed[] = []
  #gone = 0

  constructor(key: string) {
    this.key = key
  }

  add(placed: Placed): void {
    this.#members.push(placed)
  }

  get first(): Placed | undefined {
    return this.#members[this.#gone]
  }

  removeFirst(): void {
    this.#gone += 1
  }

  get all(): readonly Placed[] {
    return this.#members.slice(this.#gone)
  }
}

/**
 * Who waits, first come first served, for lanes that take the first who can start. Attempts are kept together with those
 * like them, so that thousands that wait for one lock are passed over in one look.
 */
export class WaitingQueue {
  readonly #byKey = new Map<string, Alike>()
  /** By the place of their first. */
  readonly #groups: Alike[] = []
  #places = 0
  #length = 0

  get length(): number {
    return this.#length
  }

  add(...all: readonly Waiting[]): void {
    for (const waiting of all) this.#add(waiting)
  }

  #add(waiting: Waiting): void {
    const key = keyOf(waiting)
    const known = this.#byKey.get(key)
    const group = known ?? new Alike(key)
    group.add({ place: this.#places, waiting })
    this.#places += 1
    this.#length += 1
    if (known !== undefined) return
    this.#byKey.set(key, group)
    this.#groups.push(group)
  }

  /** Everybody, in order; the queue is empty then. */
  drop(): readonly Waiting[] {
    const all = this.inOrder()
    this.#byKey.clear()
    this.#groups.length = 0
    this.#length = 0
    return all
  }

  inOrder(): readonly Waiting[] {
    return this.#groups
      .flatMap((group) => group.all)
      .sort((a, b) => a.place - b.place)
      .map(({ waiting }) => waiting)
  }

  /** Offers attempts in order, as long as `goOn`, but of those alike no more after one that was not taken. */
  offer(take: (waiting: Waiting) => boolean, goOn: () => boolean): void {
    let index = 0
    while (goOn()) {
      const first = this.#groups[index]?.first
      if (first === undefined) return
      if (take(first.waiting)) this.#removeFirstOf(index)
      else index += 1
    }
  }

  /** The next of its group stands further behind, so what is at `index` then has not been offered yet. */
  #removeFirstOf(index: number): void {
    const [group] = this.#groups.splice(index, 1)
    if (group === undefined) return
    this.#length -= 1
    group.removeFirst()
    const { first } = group
    if (first === undefined) this.#byKey.delete(group.key)
    else this.#groups.splice(this.#indexFor(first.place), 0, group)
  }

  #indexFor(place: number): number {
    let [low, high] = [0, this.#groups.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#groups[middle]?.first?.place ?? Infinity) < place) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** All that decides whether and where an attempt can start. */
function keyOf({ scenario, avoid, suspect = false }: Waiting): string {
  const { profile, exclusive, serial, locks } = scenario
  return JSON.stringify([profile, exclusive, serial, [...locks].sort(), avoid, suspect])
}
