import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Event, EventOf, EventType } from '../../events/event.ts'
import { decodeLog } from '../../events/ndjson.ts'
import { reduce } from '../../events/reduce.ts'
import { initialState, type RunState } from '../../events/run-state.ts'
import type { Place } from './place.ts'

const DEFAULT_LOG = '.gwscen/events.ndjson'

/** The events of the latest run in a place so far; none before its log is begun. */
export function eventsOf(place: Place, file = DEFAULT_LOG): readonly Event[] {
  const log = join(place.folder, file)
  return existsSync(log) ? decodeLog(readFileSync(log, 'utf8')).events : []
}

export function eventsOfType<T extends EventType>(events: readonly Event[], type: T): readonly EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

export function stateOf(events: readonly Event[]): RunState {
  return events.reduce(reduce, initialState)
}

/** Scenario → how it ended. */
export function outcomesOf(events: readonly Event[]): Readonly<Record<string, string>> {
  const ended = eventsOfType(events, 'scenario:ended')
  return Object.fromEntries(ended.map(({ scenario, outcome }) => [scenario, outcome]))
}

/** No namespace, object or key, no process, no temporary file. */
export function expectNothingLeft(place: Place, file = DEFAULT_LOG): void {
  expect(stateOf(eventsOf(place, file)).leftovers).toEqual([])
  expect(place.leftBehind()).toEqual([])
}
