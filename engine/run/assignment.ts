import type { AttemptOrder } from './protocol.ts'

/** An attempt that was given a lane. */
export interface Assignment {
  readonly thread: number
  readonly order: AttemptOrder
}

/** What each thread is to do, in order. */
export function byThread(assignments: readonly Assignment[]): ReadonlyMap<number, readonly AttemptOrder[]> {
  const orders = new Map<number, AttemptOrder[]>()
  for (const { thread, order } of assignments) {
    const own = orders.get(thread)
    if (own === undefined) orders.set(thread, [order])
    else own.push(order)
  }
  return orders
}
