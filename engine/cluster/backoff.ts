import type { Random } from '../base/random.ts'

export interface BackoffOptions {
  readonly random: Random
  readonly firstMs: number
  readonly mostMs: number
}

/** Delays that double from `firstMs` to `mostMs`, each shortened by up to a half so that clients do not march in step. */
export class Backoff {
  readonly #options: BackoffOptions
  #nextMs: number

  constructor(options: BackoffOptions) {
    this.#options = options
    this.#nextMs = options.firstMs
  }

  next(): number {
    const { random, mostMs } = this.#options
    const full = this.#nextMs
    this.#nextMs = Math.min(full * 2, mostMs)
    return full * (1 - random.next() / 2)
  }

  /** Begins again, after things went well. */
  reset(): void {
    this.#nextMs = this.#options.firstMs
  }
}
