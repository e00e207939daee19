import type { Leftover } from '../events/event.ts'
import { leftBehind } from './cleanup.ts'
import type { SweepOrder } from './protocol.ts'

/** A thread that is lost while it sweeps may have been so because of it, or of what else it did. */
const TRIES = 6

export interface SweepDeskOptions {
  /** A thread that works, or undefined when there is none. */
  readonly pick: () => number | undefined
  readonly post: (thread: number, order: SweepOrder) => void
}

interface Pending {
  thread: number
  tries: number
  readonly order: SweepOrder
  readonly resolve: (leftovers: readonly Leftover[]) => void
}

/** Has what lost attempts left removed by threads that work; what nobody can remove is a leftover. */
export class SweepDesk {
  readonly #options: SweepDeskOptions
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(options: SweepDeskOptions) {
    this.#options = options
  }

  /** Resolves with what stayed; never rejects. */
  sweep(order: Omit<SweepOrder, 'id'>): Promise<readonly Leftover[]> {
    this.#lastId += 1
    const numbered = { ...order, id: this.#lastId }
    return new Promise((resolve) => {
      this.#try({ thread: -1, tries: 0, order: numbered, resolve })
    })
  }

  swept(id: number, leftovers: readonly Leftover[]): void {
    this.#pending.get(id)?.resolve(leftovers)
    this.#pending.delete(id)
  }

  /** What a lost thread was to sweep is another one's. */
  lost(thread: number): void {
    for (const pending of this.#of(thread)) this.#try(pending)
  }

  isBusy(thread: number): boolean {
    return this.#of(thread).length > 0
  }

  #of(thread: number): readonly Pending[] {
    return [...this.#pending.values()].filter((pending) => pending.thread === thread)
  }

  #try(pending: Pending): void {
    const { order } = pending
    const thread = this.#options.pick()
    if (thread === undefined || pending.tries >= TRIES) {
      const why = thread === undefined ? 'no thread is left to remove it' : 'threads were lost removing it'
      this.#pending.set(order.id, pending)
      this.swept(order.id, leftBehind(order.namespaces, why))
      return
    }
    this.#pending.set(order.id, { ...pending, thread, tries: pending.tries + 1 })
    this.#options.post(thread, order)
  }
}
