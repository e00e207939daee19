import type { Event } from './event.ts'

/** What may differ between runs that did the same: where, when by the clock of the machine, and by whom. */
const PASSING = new Set([
  'seq',
  'at',
  'wall',
  'version',
  'thread',
  'threads',
  'threadsReason',
  'lane',
  'lanes',
  'phases',
  'busy',
  'makespan',
  'expected',
  'localPort',
  'forwards',
])
/** Of the run as a whole, and of its threads, these are said by the machine alone. */
const OF_THE_MACHINE: readonly Event['type'][] = ['thread:ready', 'thread:lost', 'run:ended']

/**
 * A log that is equal for runs that did the same, line by line: without what may differ between them, by scenario,
 * attempt and order. Runs under the virtual clock with one seed are equal in it, for any number of threads.
 */
export function canonicalLines(events: readonly Event[]): readonly string[] {
  const told = events
    .filter(({ type }) => !OF_THE_MACHINE.includes(type))
    .map((event, order) => ({ event, order, ...placeOf(event) }))
    .sort(
      (a, b) => compare(a.scenario, b.scenario) || compare(a.attempt, b.attempt) || compare(a.order, b.order),
    )
  return told.map(({ event }) => JSON.stringify(inOrder(event), withoutPassing))
}

/** What is planned is listed in the order in which it is to start, which follows from earlier times. */
function inOrder(event: Event): Event {
  if (event.type !== 'run:started') return event
  return { ...event, scenarios: [...event.scenarios].sort((a, b) => compare(a.id, b.id)) }
}

/** The run comes first; the end of a scenario after its last attempt. */
function placeOf(event: Event): { readonly scenario: string; readonly attempt: number } {
  const scenario = 'scenario' in event && typeof event.scenario === 'string' ? event.scenario : ''
  const isLast = event.type === 'scenario:ended'
  const attempt = 'attempt' in event && typeof event.attempt === 'number' ? event.attempt : 0
  return { scenario, attempt: isLast ? Number.POSITIVE_INFINITY : attempt }
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function withoutPassing(key: string, value: unknown): unknown {
  if (PASSING.has(key)) return undefined
  return value
}
