import type { Clock } from '../base/clock.ts'
import { describeError } from '../base/failure.ts'
import type { KeyLook } from './look.ts'

export interface WatchedKeyOptions {
  readonly clock: Clock
  readonly read: () => Promise<KeyLook>
  /** Called after every reading. It must not throw. */
  readonly listener: (look: KeyLook) => void
}

/** Reads one key whenever it is told to, one reading at a time, and once more when its time is up: Redis tells of that late. */
export class WatchedKey {
  readonly #options: WatchedKeyOptions
  #reading = false
  #again = false
  #closed = false
  #lastError: string | undefined
  #cancelExpiry = (): void => undefined

  constructor(options: WatchedKeyOptions) {
    this.#options = options
  }

  get lastError(): string | undefined {
    return this.#lastError
  }

  /** Reads now; while a reading is under way, once more after it. */
  refresh(): void {
    this.#again = true
    if (!this.#reading) void this.#readWhileAsked()
  }

  /** The key cannot be followed for now. */
  trouble(error: unknown): void {
    this.#lastError = describeError(error)
  }

  close(): void {
    this.#closed = true
    this.#cancelExpiry()
  }

  async #readWhileAsked(): Promise<void> {
    this.#reading = true
    while (this.#again && !this.#closed) {
      this.#again = false
      const asked = this.#options.clock.now()
      const look = await this.#read()
      if (look !== undefined) this.#tell(look, asked)
    }
    this.#reading = false
  }

  async #read(): Promise<KeyLook | undefined> {
    try {
      const look = await this.#options.read()
      this.#lastError = undefined
      return look
    } catch (error) {
      this.trouble(error)
      return undefined
    }
  }

  #tell(look: KeyLook, asked: number): void {
    if (this.#closed) return
    this.#cancelExpiry()
    if (look.ttlMs !== null) {
      const { clock } = this.#options
      // Redis deletes a key after its last millisecond; its time ran while the answer travelled, too. If the key was
      // read late in that span it is still there at the next reading, which then tells how long.
      const leftMs = Math.max(1, look.ttlMs + 1 - (clock.now() - asked))
      this.#cancelExpiry = clock.after(leftMs, () => this.refresh())
    }
    this.#options.listener(look)
  }
}
