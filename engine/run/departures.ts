import type { Clock } from '../base/clock.ts'
import { NAMESPACES } from '../cluster/resource-path.ts'
import type { KubeClient } from '../cluster/types.ts'

const FIRST_LOOK_MS = 25
const LAST_LOOK_MS = 250

/** Who has waited for so long gives up, unless others have gone meanwhile: a cluster deletes many in turn. */
const PATIENCE_MS = 30_000

interface Waiting {
  readonly name: string
  /** By `clock.now()`. */
  readonly since: number
  /** Whether a list has told of it. */
  wasSeen: boolean
  readonly settle: (error?: Error) => void
}

/**
 * Looks for all namespaces that are on their way out with one list, however many they are: a look at each of them keeps
 * an API server from what it is to do.
 */
export class Departures {
  readonly #client: Pick<KubeClient, 'list'>
  readonly #clock: Clock
  readonly #labelSelector: string
  readonly #waiting = new Set<Waiting>()
  #isLooking = false
  /** When the last one was seen to be gone, by `clock.now()`. */
  #lastGone = 0

  constructor({ client, clock, labelSelector }: DeparturesOptions) {
    this.#client = client
    this.#clock = clock
    this.#labelSelector = labelSelector
  }

  /** Until when who has waited since `since` need not give up, both by `clock.now()`. */
  deadline(since: number): number {
    return Math.max(since, this.#lastGone) + PATIENCE_MS
  }

  /** Resolves when a namespace is in no list any more, or at the deadline. Rejects when there is no list to be had. */
  async left(name: string, since: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        name,
        since,
        wasSeen: false,
        settle: (error) => {
          signal?.removeEventListener('abort', abort)
          this.#waiting.delete(waiting)
          if (error === undefined) resolve()
          else reject(error)
        },
      }
      const abort = (): void => waiting.settle(signal?.reason as Error)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.add(waiting)
      if (!this.#isLooking) void this.#look()
    })
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    for (let pause = FIRST_LOOK_MS; this.#waiting.size > 0; pause = Math.min(LAST_LOOK_MS, pause * 2)) {
      // Who comes while the list is on its way is not judged by it.
      const asked = [...this.#waiting]
      try {
        const { items } = await this.#client.list(NAMESPACES, { labelSelector: this.#labelSelector })
        const there = new Set(items.map(({ metadata }) => metadata.name))
        this.#judge(asked, there)
      } catch (error) {
        // Clients reject with errors alone.
        for (const one of asked) one.settle(error as Error)
      }
      if (this.#waiting.size > 0) await this.#clock.sleep(pause)
    }
    this.#isLooking = false
  }

  #judge(asked: readonly Waiting[], there: ReadonlySet<string>): void {
    const now = this.#clock.now()
    if (asked.some(({ name, wasSeen }) => wasSeen && !there.has(name))) this.#lastGone = now
    for (const one of asked) {
      one.wasSeen = there.has(one.name)
      if (!one.wasSeen || now >= this.deadline(one.since)) one.settle()
    }
  }
}

export interface DeparturesOptions {
  readonly client: Pick<KubeClient, 'list'>
  readonly clock: Clock
  /** Which namespaces it is about. */
  readonly labelSelector: string
}
