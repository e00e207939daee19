import type { Clock } from '../base/clock.ts'

/** One part of the work, in milliseconds since the work began. */
export interface Phase {
  readonly name: string
  readonly startMs: number
  readonly ms: number
  /** What came of it, in a few words: `reused`, `2 images`. */
  readonly note: string
}

type Around = (name: string, work: () => Promise<string>) => Promise<string>

/** Keeps what took how long. Phases may overlap; they are in the order of their beginnings. */
export class Phases {
  readonly #clock: Clock
  readonly #around: Around
  readonly #origin: number
  readonly #phases: Phase[] = []

  /** `around` sees each part while it goes on, such as to tell of it. */
  constructor(clock: Clock, around: Around = (_name, work) => work()) {
    this.#clock = clock
    this.#around = around
    this.#origin = clock.now()
  }

  /** Runs a part; its note is what it resolves with. A part that fails is kept, as failed. */
  async run(name: string, work: () => Promise<string>): Promise<void> {
    const startedAt = this.#clock.now()
    const keep = (note: string): void => {
      const [startMs, ms] = [startedAt - this.#origin, this.#clock.now() - startedAt]
      this.#phases.push({ name, startMs, ms, note })
    }
    try {
      keep(await this.#around(name, work))
    } catch (error) {
      keep('failed')
      throw error
    }
  }

  get all(): readonly Phase[] {
    return [...this.#phases].sort((a, b) => a.startMs - b.startMs)
  }

  get totalMs(): number {
    return this.#clock.now() - this.#origin
  }
}
