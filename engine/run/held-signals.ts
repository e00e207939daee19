import type { KubeObject } from '../cluster/types.ts'
import type { EventBody } from '../events/event.ts'
import type { LedgerEntry, LedgerRules } from '../gateway/description.ts'

export interface HeldOptions {
  readonly rules: LedgerRules
  readonly scenario: string
  readonly attempt: number
  readonly emit: (event: EventBody) => void
}

/** Tells which signals of an attempt the gateway keeps back, and which object shows for them in the end. */
export class HeldSignals {
  readonly #options: HeldOptions
  readonly #open = new Map<number, LedgerEntry>()
  #count = 0

  constructor(options: HeldOptions) {
    this.#options = options
  }

  /** `ms`: the longest that the gateway's timers allow. */
  replied(entry: LedgerEntry, { step, ms }: { readonly step: string; readonly ms: number }): void {
    const { rules, scenario, attempt, emit } = this.#options
    const reading = rules.read(entry)
    if (reading.is !== 'pending') return
    const number = this.#count
    this.#count += 1
    this.#open.set(number, entry)
    const { window } = reading
    emit({
      ...{ type: 'signal:held', scenario, attempt, step, number, signal: rules.title(entry), ms },
      ...(window === undefined ? {} : { window }),
    })
  }

  /** An object as it is now. */
  seen(object: KubeObject): void {
    const { rules, scenario, attempt, emit } = this.#options
    const accounted = [...this.#open].filter(([, entry]) => rules.accounts(object, entry))
    if (accounted.length === 0) return
    const numbers = accounted.map(([number]) => number)
    for (const number of numbers) this.#open.delete(number)
    const { namespace = '', name } = object.metadata
    emit({ type: 'signals:released', scenario, attempt, numbers, object: `${namespace}/${name}` })
  }
}
