import type { Json } from '../../base/json.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { Event, EventOf, Exchange } from '../../events/event.ts'

interface Timed {
  /** Milliseconds since the attempt began; no two things have the same. */
  readonly at: number
}

export interface RecordedExchange extends Timed {
  readonly exchange: Exchange
}

export interface RecordedChange extends Timed {
  readonly change: 'added' | 'modified' | 'deleted'
  readonly object: KubeObject
}

export interface RecordedStep extends Timed {
  readonly verb: string
  readonly outcome?: EventOf<'step:ended'>['outcome']
  /** When it ended, since the attempt began. */
  readonly until?: number
  readonly result?: Json
}

/** All that a log holds of one attempt. */
export interface Recording {
  readonly attempt: number
  readonly thread: number
  readonly lane: number
  /** Since the run began. */
  readonly startedAt: number
  /** The gateway it ran on; absent for `gateway: none`. */
  readonly deployment?: string
  /** What the namespaces of the scenario were called. */
  readonly namespaces: readonly string[]
  readonly exchanges: readonly RecordedExchange[]
  readonly changes: readonly RecordedChange[]
  /** By its path, with the passes of loops. */
  readonly steps: ReadonlyMap<string, RecordedStep>
  /** When its last step was over; after that it was only tidied up. */
  readonly endsAt: number
}

/** Stamps are whole milliseconds; what was told in one of them is kept in its order. */
const APART_MS = 1e-6
/** What was named longer ago was another object of that name. */
const LONGEST_LAG_MS = 2000

interface Growing {
  readonly started: EventOf<'scenario:started'>
  readonly exchanges: RecordedExchange[]
  readonly changes: RecordedChange[]
  readonly steps: Map<string, RecordedStep>
  endsAt: number
}

/** Scenario → its attempts, in order. */
export function recordingsOf(log: readonly Event[]): ReadonlyMap<string, readonly Recording[]> {
  const growing = new Map<string, Growing[]>()
  for (const event of log) {
    if (event.type === 'scenario:started') begin(growing, event)
    else if ('scenario' in event && 'attempt' in event) {
      const own = growing.get(event.scenario)?.find(({ started }) => started.attempt === event.attempt)
      if (own !== undefined) add(own, event)
    }
  }
  return new Map([...growing].map(([id, attempts]) => [id, attempts.map(recordingOf)]))
}

function begin(growing: Map<string, Growing[]>, started: EventOf<'scenario:started'>): void {
  const fresh = { started, exchanges: [], changes: [], steps: new Map<string, RecordedStep>(), endsAt: 0 }
  const known = growing.get(started.scenario)
  if (known === undefined) growing.set(started.scenario, [fresh])
  else known.push(fresh)
}

function add(own: Growing, event: Event): void {
  const at = event.at - own.started.at + (event.seq - own.started.seq) * APART_MS
  switch (event.type) {
    case 'exchange:seen':
      own.exchanges.push({ at, exchange: event.exchange })
      break
    case 'object:seen':
      // The log keeps objects as the API server gave them.
      own.changes.push({ at, change: event.change, object: event.object as unknown as KubeObject })
      break
    case 'step:started':
      own.steps.set(event.step, { at, verb: event.verb })
      break
    case 'step:ended': {
      const { outcome, result } = event
      const begun = own.steps.get(event.step) ?? { at, verb: event.verb }
      own.steps.set(event.step, { ...begun, outcome, until: at, ...(result === undefined ? {} : { result }) })
      own.endsAt = at
      break
    }
    default:
  }
}

/** Objects that went after the last step went because they were tidied up. */
function recordingOf({ started, changes, ...rest }: Growing): Recording {
  const { attempt, thread, lane, at, namespaces } = started
  const kept = changes.filter(({ change, at: seenAt }) => change !== 'deleted' || seenAt <= rest.endsAt)
  const known = kept.map((one) => sinceNamed(one, rest.exchanges)).sort((a, b) => a.at - b.at)
  return {
    attempt,
    thread,
    lane,
    startedAt: at,
    namespaces: Object.values(namespaces),
    ...deployed(started),
    ...rest,
    changes: known,
  }
}

/** A watch that is late tells of an object after a reply has named it; it was there by then. */
function sinceNamed(seen: RecordedChange, exchanges: readonly RecordedExchange[]): RecordedChange {
  if (seen.change !== 'added') return seen
  const { name } = seen.object.metadata
  const named = exchanges.find(
    ({ at, exchange: { body = '' } }) => at > seen.at - LONGEST_LAG_MS && body.includes(name),
  )
  return named === undefined || named.at > seen.at ? seen : { ...seen, at: named.at }
}

function deployed({ deployment }: Growing['started']): Pick<Recording, 'deployment'> {
  return deployment === undefined ? {} : { deployment }
}
