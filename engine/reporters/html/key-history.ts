import { isObject, textAt, type Json } from '../../base/json.ts'
import type { EventOf } from '../../events/event.ts'
import type { KeyHistory } from './model.ts'

interface Growing {
  readonly key: string
  readonly looks: { readonly at: number; readonly what: string; readonly value?: Json }[]
}

/** What the steps of one attempt saw of keys of Redis. */
export class KeyHistories {
  readonly #byKey = new Map<string, Growing>()

  /** Of a step that stored what it saw of a key. */
  step({ result, at }: EventOf<'step:ended'>): void {
    const key = textAt(result, 'key')
    if (key === undefined || !isObject(result)) return
    const { type, value, reply } = result
    if (typeof type === 'string')
      this.#add(key, { at, what: type, ...(value === undefined ? {} : { value }) })
    else if (reply !== undefined) this.#add(key, { at, what: 'reply', value: reply })
  }

  all(): readonly KeyHistory[] {
    return [...this.#byKey.values()]
  }

  #add(key: string, look: Growing['looks'][number]): void {
    const known = this.#byKey.get(key)
    if (known === undefined) this.#byKey.set(key, { key, looks: [look] })
    else known.looks.push(look)
  }
}
