import type { EventOf } from '../../events/event.ts'
import type { KeyHistory, KeyLook } from './model.ts'

/** What one attempt saw of keys of Redis, and did to them. */
export class KeyHistories {
  readonly #byKey = new Map<string, KeyLook[]>()

  seen({ key, at, step, is, value, ttlMs }: EventOf<'key:seen'>): void {
    this.#add(key, {
      ...{ at, is, value },
      ...(step === undefined ? {} : { step }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
    })
  }

  commanded({ key, at, step, command, reply }: EventOf<'key:commanded'>): void {
    this.#add(key, { at, step, command, reply })
  }

  all(): readonly KeyHistory[] {
    return [...this.#byKey].map(([key, looks]) => ({ key, looks }))
  }

  #add(key: string, look: KeyLook): void {
    const known = this.#byKey.get(key)
    if (known === undefined) this.#byKey.set(key, [look])
    else known.push(look)
  }
}
