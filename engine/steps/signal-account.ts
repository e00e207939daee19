import type { LedgerEntry } from '../gateway/description.ts'

/** What has become of the signals of an attempt: each must lead to an object, or join one. */
export interface SignalAccount {
  /** Those that were accepted, and that no object accounts for so far. */
  open(): readonly LedgerEntry[]
  /** How long the gateway's timers may still take to account for these, and the news of it; milliseconds. */
  patienceMs(entries: readonly LedgerEntry[]): number
  /** Lines for a report: what these are, what was answered, what became of their keys. */
  tell(entries: readonly LedgerEntry[]): Promise<readonly string[]>
  /** Calls the listener whenever one more may be accounted for. */
  subscribe(changed: () => void): () => void
}
