import type { Event, EventBody } from '../../../events/event.ts'
import { eventsOf, runStarted, sources } from '../../testing/storm-run.ts'
import { mismatchFailure } from '../../testing/storm-run.ts'

const LANES = 16
const { span } = mismatchFailure

/** A run of very many scenarios, every tenth of which failed. */
export function largeRun(count: number): readonly Event[] {
  const ids = Array.from({ length: count }, (_, index) => `many/scenario-${index}`)
  const scenarios = ids.map((id, index) => ({
    ...{ id, name: `What is said of number ${index}`, file: `scenarios/${id}.yaml`, line: 1 },
    ...{ tags: ['many', `t${index % 7}`], profile: index % 2 === 0 ? 'dedup' : 'limited' },
  }))
  const begin: readonly EventBody[] = [
    { ...runStarted, scenarios },
    { type: 'sources:read', texts: sources },
  ]
  return eventsOf([...begin, ...ids.flatMap(scenarioOf)])
}

function scenarioOf(scenario: string, index: number): readonly EventBody[] {
  const place = { scenario, attempt: 1, step: 'steps.0' }
  const isBad = index % 10 === 0
  const outcome = isBad ? 'failed' : 'passed'
  const said = isBad ? { failure: mismatchFailure } : {}
  const namespaces = { app: `app-${index}` }
  return [
    {
      type: 'scenario:started',
      scenario,
      attempt: 1,
      thread: index % 2,
      lane: (index >> 1) % LANES,
      namespaces,
    },
    { type: 'step:started', ...place, verb: 'send', title: 'an alert comes', span },
    { type: 'step:ended', ...place, verb: 'send', outcome, ms: 10, ...said },
    { type: 'attempt:ended', scenario, attempt: 1, outcome, ms: 25, ...said, leftovers: [] },
    { type: 'scenario:ended', scenario, outcome, ms: 25, attempts: 1, ...said },
  ]
}
