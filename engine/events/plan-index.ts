import type { EventOf, PlannedScenario } from './event.ts'

type Started = EventOf<'run:started'>

/** Made once for each start of a run, which never changes, and gone with it. */
const indexes = new WeakMap<Started, ReadonlyMap<string, PlannedScenario>>()

/** What is planned under this id, without going through the whole suite. */
export function planOf(started: Started | undefined, id: string): PlannedScenario | undefined {
  if (started === undefined) return undefined
  const index = indexes.get(started) ?? new Map(started.scenarios.map((plan) => [plan.id, plan]))
  indexes.set(started, index)
  return index.get(id)
}
