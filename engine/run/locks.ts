/** What an attempt must hold before it starts. Shared ones keep each other company, an exclusive one wants to be alone. */
export interface LockWish {
  readonly name: string
  readonly shared: boolean
}

interface Held {
  shared: number
  exclusive: boolean
}

/** Named locks, taken all at once or not at all. */
export class Locks {
  readonly #held = new Map<string, Held>()

  tryTake(wishes: readonly LockWish[]): boolean {
    if (!wishes.every((wish) => this.#isFree(wish))) return false
    for (const { name, shared } of wishes) {
      const held = this.#held.get(name) ?? { shared: 0, exclusive: false }
      this.#held.set(name, shared ? { ...held, shared: held.shared + 1 } : { ...held, exclusive: true })
    }
    return true
  }

  /** The names of those that are not free. */
  missing(wishes: readonly LockWish[]): readonly string[] {
    return wishes.filter((wish) => !this.#isFree(wish)).map(({ name }) => name)
  }

  release(wishes: readonly LockWish[]): void {
    for (const { name, shared } of wishes) {
      const held = this.#held.get(name)
      if (held === undefined) continue
      const rest = shared ? { ...held, shared: held.shared - 1 } : { ...held, exclusive: false }
      if (rest.shared === 0 && !rest.exclusive) this.#held.delete(name)
      else this.#held.set(name, rest)
    }
  }

  #isFree({ name, shared }: LockWish): boolean {
    const held = this.#held.get(name)
    if (held === undefined) return true
    return shared ? !held.exclusive : !held.exclusive && held.shared === 0
  }
}
