import type { Event, EventBody } from './event.ts'
import { mergedEnd, mergedSources, mergedStart, startOf } from './merge-runs.ts'
import { finalVerdicts, type Verdict } from './merge-verdicts.ts'

/** The log of one run. */
export type Log = readonly Event[]

export interface Merged {
  /** As if it had been one run. */
  readonly events: Log
  /** Scenarios that several of the runs had a verdict on, with all of them. */
  readonly repeated: readonly Verdict[]
}

/** The logs of one run twice. */
export class SameRun extends Error {}

/**
 * Several runs as one: the parts of a suite, and scenarios that ran again. Runs follow each other by their clocks; of a
 * scenario that is in several the latest verdict counts, and a pass after a failure is flaky, as it is within a run.
 */
export function mergeLogs(logs: readonly Log[]): Merged {
  const runs = inOrderOfTime(logs)
  refuseSame(runs)
  const verdicts = finalVerdicts(runs.map(({ log }) => log))
  const moved = runs.flatMap((run, index) => movedEvents(run, { before: runs.slice(0, index), verdicts }))
  const inOrder = moved.sort((a, b) => a.at - b.at)
  const bodies: readonly (EventBody & { readonly at: number })[] = [
    ...mergedStart(runs.map(({ log }) => log)),
    ...mergedSources(runs.map(({ log }) => log)),
    ...inOrder,
    ...mergedEnd(runs),
  ]
  return {
    events: bodies.map((body, seq): Event => ({ ...body, seq })),
    repeated: [...verdicts.values()].filter(({ ends }) => ends.length > 1),
  }
}

interface Run {
  readonly log: Log
  /** Milliseconds after the first of the runs; 0 where nobody knows. */
  readonly offset: number
  /** Its threads are numbered from 0 to less than this. */
  readonly threads: number
}

/** By the clock on the wall; a run that never began comes last. */
function inOrderOfTime(logs: readonly Log[]): readonly Run[] {
  const begun = logs.map((log) => {
    const started = startOf(log)
    return { log, base: started === undefined ? Infinity : started.wall - started.at }
  })
  const first = Math.min(...begun.map(({ base }) => base))
  return begun
    .sort((a, b) => (a.base === b.base ? 0 : a.base - b.base))
    .map(({ log, base }) => ({ log, offset: base === Infinity ? 0 : base - first, threads: threadsOf(log) }))
}

function threadsOf(log: Log): number {
  return log.reduce((most, event) => ('thread' in event ? Math.max(most, event.thread + 1) : most), 0)
}

function refuseSame(runs: readonly Run[]): void {
  const ids = runs.flatMap(({ log }) => startOf(log)?.run ?? [])
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new SameRun(`run ${twice} is there twice`)
}

interface Place {
  /** The runs that began earlier. */
  readonly before: readonly Run[]
  readonly verdicts: ReadonlyMap<string, Verdict>
}

/** What one run did, with its threads and attempts after those of the runs before it. */
function movedEvents({ log, offset }: Run, { before, verdicts }: Place): readonly Event[] {
  const threads = before.reduce((sum, run) => sum + run.threads, 0)
  const attempts = attemptsIn(before)
  const isOpen = (startOf(log)?.scenarios ?? []).some(({ id }) => verdicts.get(id)?.isOpen !== false)
  return log.flatMap((event): readonly Event[] => {
    const at = event.at + offset
    switch (event.type) {
      case 'run:started':
      case 'sources:read':
      case 'run:ended':
        return []
      case 'run:interrupted':
        return isOpen ? [{ ...event, at }] : []
      case 'scenario:ended': {
        const verdict = verdicts.get(event.scenario)
        return verdict?.decisive === event ? [{ ...event, ...verdict.said, at }] : []
      }
      default:
        return [
          {
            ...event,
            at,
            ...('thread' in event ? { thread: event.thread + threads } : {}),
            ...('attempt' in event ? { attempt: event.attempt + (attempts.get(event.scenario) ?? 0) } : {}),
          },
        ]
    }
  })
}

/** Scenario → how many attempts these runs made. */
function attemptsIn(runs: readonly Run[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { log } of runs)
    for (const event of log)
      if (event.type === 'scenario:started') counts.set(event.scenario, (counts.get(event.scenario) ?? 0) + 1)
  return counts
}
