import type { Event, EventBody, EventOf, PlannedScenario } from './event.ts'

type Log = readonly Event[]
type Placed = EventBody & { readonly at: number }

/** One beginning of several; none when none of them began. */
export function mergedStart(logs: readonly Log[]): readonly Placed[] {
  const starts = logs.flatMap((log) => eventsOf(log, 'run:started'))
  const [first] = starts
  if (first === undefined) return []
  const all = (key: 'run' | 'version' | 'target' | 'seed' | 'redis' | 'gateway'): string =>
    unique(starts.map((start) => start[key])).join(', ')
  // What no shard ran, because they were cut differently, must not go unnoticed: it is planned, and not finished.
  const plans = [
    ...starts.flatMap(({ elsewhere = [] }) => elsewhere),
    ...starts.flatMap((start) => start.scenarios),
  ]
  const scenarios = new Map<string, PlannedScenario>(plans.map((plan) => [plan.id, plan]))
  return [
    {
      type: 'run:started',
      at: first.at,
      run: all('run'),
      version: all('version'),
      wall: first.wall,
      target: all('target'),
      profiles: unique(starts.flatMap(({ profiles }) => profiles)),
      threads: starts.reduce((sum, { threads }) => sum + threads, 0),
      threadsReason: `of ${starts.length} runs`,
      lanes: Math.max(...starts.map(({ lanes }) => lanes)),
      clock: first.clock,
      seed: all('seed'),
      redis: all('redis'),
      gateway: all('gateway'),
      ...(first.faults === undefined ? {} : { faults: first.faults }),
      scenarios: [...scenarios.values()],
    },
  ]
}

/** The texts of all; where they differ, the latest. */
export function mergedSources(logs: readonly Log[]): readonly Placed[] {
  const read = logs.flatMap((log) => eventsOf(log, 'sources:read'))
  const [first] = read
  if (first === undefined) return []
  const texts: Record<string, string> = {}
  for (const one of read) Object.assign(texts, one.texts)
  return [{ type: 'sources:read', at: first.at, texts }]
}

/** The end of all of them; none while one has not come to its end. */
export function mergedEnd(
  logs: readonly { readonly log: Log; readonly offset: number }[],
): readonly Placed[] {
  const ends = logs.flatMap(({ log, offset }) => {
    const end = eventsOf(log, 'run:ended').at(-1)
    return end === undefined ? [] : [{ end, until: end.at + offset }]
  })
  if (ends.length < logs.length || ends.length === 0) return []
  const at = Math.max(...ends.map(({ until }) => until))
  const phases: Record<string, number> = {}
  for (const { end } of ends)
    for (const [phase, ms] of Object.entries(end.phases)) phases[phase] = Math.max(phases[phase] ?? 0, ms)
  const total = ends.reduce((sum, { end }) => sum + end.ms, 0)
  const busy = ends.reduce((sum, { end }) => sum + end.busy * end.ms, 0) / Math.max(1, total)
  const internalError = ends.find(({ end }) => end.internalError !== undefined)?.end.internalError
  const targetError = ends.find(({ end }) => end.targetError !== undefined)?.end.targetError
  return [
    {
      type: 'run:ended',
      at,
      ms: at,
      phases,
      busy,
      ...(internalError === undefined ? {} : { internalError }),
      ...(targetError === undefined ? {} : { targetError }),
    },
  ]
}

export function startOf(log: Log): EventOf<'run:started'> | undefined {
  return log.find((event) => event.type === 'run:started')
}

function eventsOf<T extends Event['type']>(log: Log, type: T): readonly EventOf<T>[] {
  return log.filter((event): event is EventOf<T> => event.type === type)
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
