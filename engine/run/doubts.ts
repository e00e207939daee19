import { ApiError } from '../cluster/api-error.ts'
import type { KubeClient } from '../cluster/types.ts'

/** An API server works on a request for so long at most, unless it is told otherwise. */
const SERVER_MS = 60_000
/** A request that we have dropped ourselves is dropped there, too, if it has not been done by then. */
const DROPPED_MS = 1000

/** A namespace that was asked for. */
export interface Asked {
  readonly name: string
  /** By `clock.now()`. */
  readonly at: number
}

/** Namespaces whose creation has failed without an answer that says so: they may come yet. */
export class Doubts {
  readonly #until = new Map<string, number>()

  /** All who go by the same client share what is in doubt. */
  static of(client: KubeClient): Doubts {
    const known = doubts.get(client) ?? new Doubts()
    doubts.set(client, known)
    return known
  }

  failed({ name, at }: Asked, error: unknown, { now, dropped }: { now: number; dropped: boolean }): void {
    if (error instanceof ApiError && error.status < 500) return
    this.#until.set(name, dropped ? now + DROPPED_MS : at + SERVER_MS)
  }

  /** Until when it may come, by `clock.now()`; 0 for one that is in no doubt. */
  until(name: string): number {
    return this.#until.get(name) ?? 0
  }
}

const doubts = new WeakMap<KubeClient, Doubts>()
