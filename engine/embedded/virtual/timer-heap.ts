/** One thing to be done at a virtual instant. */
export interface HeapTimer {
  /** Virtual milliseconds. */
  readonly at: number
  /** Decides between timers of one instant. */
  readonly tie: number
  readonly seq: number
  readonly run: () => void
  cancelled: boolean
}

/** A binary heap: the earliest first; those of one instant in the order of their ties. Cancelled ones are passed over. */
export class TimerHeap {
  readonly #timers: HeapTimer[] = []

  push(timer: HeapTimer): void {
    const timers = this.#timers
    let index = timers.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = timers[parent] as HeapTimer
      if (!isBefore(timer, above)) break
      timers[index] = above
      index = parent
    }
    timers[index] = timer
  }

  /** Takes out the next one; undefined when there is none. */
  pop(): HeapTimer | undefined {
    for (let first = this.#take(); first !== undefined; first = this.#take())
      if (!first.cancelled) return first
    return undefined
  }

  clear(): void {
    this.#timers.length = 0
  }

  #take(): HeapTimer | undefined {
    const timers = this.#timers
    const [first] = timers
    const last = timers.pop()
    if (first === undefined || last === undefined || timers.length === 0) return first
    this.#sink(last)
    return first
  }

  #sink(timer: HeapTimer): void {
    const timers = this.#timers
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      const [left, right] = [timers[child], timers[child + 1]]
      if (left === undefined) break
      if (right !== undefined && isBefore(right, left)) child += 1
      const below = timers[child] as HeapTimer
      if (!isBefore(below, timer)) break
      timers[index] = below
      index = child
    }
    timers[index] = timer
  }
}

function isBefore(a: HeapTimer, b: HeapTimer): boolean {
  if (a.at !== b.at) return a.at < b.at
  return a.tie !== b.tie ? a.tie < b.tie : a.seq < b.seq
}
