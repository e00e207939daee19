import type { Outcome } from '../base/failure.ts'
import { isObject } from '../base/json.ts'

/** How scenarios ended when they last ran, by id. */
export type History = Readonly<Record<string, HistoryEntry>>

export interface HistoryEntry {
  /** Milliseconds on a lane, the latest runs weighing most; absent where no run has shown it yet. */
  readonly ms?: number
  readonly outcome: Outcome
  /** Runs since this scenario last ran; it is forgotten after a while. */
  readonly age: number
}

export interface Ended {
  readonly id: string
  /** Absent where it says nothing of how long it takes, as under the virtual clock. */
  readonly ms?: number
  readonly outcome: Outcome
}

/** How much the newest time counts. */
const NEWEST = 0.4
const FORGOTTEN_AFTER = 50
/** Only these say how long a scenario takes. */
const TIMED: readonly Outcome[] = ['passed', 'failed', 'flaky', 'gap', 'quarantined']

export function remember(history: History, ended: readonly Ended[]): History {
  const older = Object.entries(history)
    .map(([id, entry]) => [id, { ...entry, age: entry.age + 1 }] as const)
    .filter(([, { age }]) => age <= FORGOTTEN_AFTER)
  const ran = ended
    .filter(({ outcome }) => outcome !== 'skipped')
    .map(({ id, ms, outcome }) => {
      const before = history[id]?.ms
      const timed = TIMED.includes(outcome) && ms !== undefined ? ms : before
      if (timed === undefined) return [id, { outcome, age: 0 }] as const
      const blended = before === undefined ? timed : before + (timed - before) * NEWEST
      return [id, { ms: Math.round(blended), outcome, age: 0 }] as const
    })
  return Object.fromEntries<HistoryEntry>([...older, ...ran])
}

/** A file that cannot be read as a history is as good as none. */
export function parseHistory(text: string): History {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return {}
  }
  const scenarios = isObject(value) && value['version'] === 1 ? value['scenarios'] : undefined
  if (!isObject(scenarios)) return {}
  return Object.fromEntries(Object.entries(scenarios).filter(isEntry))
}

function isEntry(entry: [string, unknown]): entry is [string, HistoryEntry] {
  const [, value] = entry
  return (
    isObject(value) &&
    ['number', 'undefined'].includes(typeof value['ms']) &&
    typeof value['age'] === 'number'
  )
}

export function historyText(history: History): string {
  return `${JSON.stringify({ version: 1, scenarios: history }, null, 1)}\n`
}
