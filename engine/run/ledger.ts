import type { KubeObject } from '../cluster/types.ts'
import type { LedgerEntry, LedgerRules, Settings, SignalRequest } from '../gateway/description.ts'

/** An object and when it was first seen. */
export interface Sighting {
  readonly object: KubeObject
  /** Unix milliseconds. */
  readonly wall: number
}

/** The watch may tell of an object a moment before the reply that led to it has arrived. */
const REPLY_LAG_MS = 1000

/** Everything a scenario sent to a signal path, and what must come of it. */
export class Ledger {
  readonly #rules: LedgerRules
  readonly #settings: Settings
  readonly #entries: LedgerEntry[] = []
  readonly #underway = new Set<Promise<unknown>>()
  readonly #senderKeys = new Set<string>()
  /** By the gateway's version; of so many entries, which never change. */
  readonly #keys = new Map<string, { entries: number; readonly names: Set<string> }>()

  constructor(rules: LedgerRules, settings: Settings) {
    this.#rules = rules
    this.#settings = settings
  }

  /** A signal is about to leave; whether it is ever answered or not. */
  sending(request: SignalRequest): void {
    for (const key of this.#rules.senderKeys(request)) this.#senderKeys.add(key)
  }

  add(entry: LedgerEntry): void {
    this.sending(entry.request)
    this.#entries.push(entry)
  }

  /** Requests of this scenario, until they are answered or lost. */
  async during<T>(requests: Promise<T>): Promise<T> {
    this.#underway.add(requests)
    try {
      return await requests
    } finally {
      this.#underway.delete(requests)
    }
  }

  /** Resolves when every request that is under way now is answered or lost. */
  async answered(): Promise<void> {
    await Promise.allSettled(this.#underway)
  }

  get entries(): readonly LedgerEntry[] {
    return this.#entries
  }

  /** Accepted entries that none of these objects accounts for. */
  open(sightings: readonly Sighting[]): readonly LedgerEntry[] {
    return this.#entries.filter((entry) => !this.#isAccounted(entry, sightings))
  }

  #isAccounted(entry: LedgerEntry, sightings: readonly Sighting[]): boolean {
    const reading = this.#rules.read(entry)
    switch (reading.is) {
      case 'refused':
        return true
      case 'unparsable':
        return false
      case 'created':
      case 'duplicate':
        return sightings.some(
          ({ object: { metadata } }) =>
            metadata.name === reading.name && metadata.namespace === reading.namespace,
        )
      case 'pending':
        return sightings.some(
          ({ object, wall }) => wall >= entry.wall - REPLY_LAG_MS && this.#rules.accounts(object, entry),
        )
    }
  }

  /** Until when (Unix milliseconds) the gateway's own timers may take to account for these. */
  deadline(entries: readonly LedgerEntry[]): number {
    const pending = entries.filter((entry) => this.#rules.read(entry).is === 'pending')
    const last = Math.max(0, ...entries.map(({ wall }) => wall))
    return last + (pending.length === 0 ? 0 : this.#rules.longestPendingMs(this.#settings))
  }

  /** Redis keys that the gateway keeps of whoever sent the signals. */
  get senderKeys(): ReadonlySet<string> {
    return this.#senderKeys
  }

  /** Redis keys that the replies speak of. */
  keys(version: string): ReadonlySet<string> {
    const known = this.#keys.get(version) ?? { entries: 0, names: new Set() }
    this.#keys.set(version, known)
    for (const entry of this.#entries.slice(known.entries))
      for (const name of this.#rules.keysOf(entry, version)) known.names.add(name)
    known.entries = this.#entries.length
    return known.names
  }
}
