import type { Clock } from '../base/clock.ts'

/** How long the parts of a run took, in milliseconds. */
export class RunPhases {
  readonly all: Record<string, number> = {}
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock.now()
    try {
      return await work()
    } finally {
      this.all[name] = this.#clock.now() - startedAt
    }
  }
}
