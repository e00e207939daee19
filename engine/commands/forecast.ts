import { Dispatcher } from '../run/dispatcher.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Deployment, Wanted } from '../targets/target.ts'

export interface ForecastOptions {
  readonly threads: number
  /** Per thread. */
  readonly lanes: number
  readonly wanted: Wanted
  readonly expectedMs: (scenario: Scenario) => number
}

/** When a scenario would start, and where. */
export interface Forecast {
  readonly scenario: Scenario
  readonly startMs: number
  readonly endMs: number
  readonly thread: number
  readonly lane: number
}

/** Plays a run through, with the same dispatcher and the times that are expected; in the order of starting. */
export function forecast(scenarios: readonly Scenario[], options: ForecastOptions): readonly Forecast[] {
  const { threads, lanes, wanted, expectedMs } = options
  const dispatcher = new Dispatcher({ threads, lanes, deployments: deploymentsOf(wanted) })
  dispatcher.add(...scenarios.map((scenario) => ({ scenario, attempt: 1 })))
  const all: Forecast[] = []
  let running: Forecast[] = []
  for (let now = 0; ;) {
    for (const { thread, order } of dispatcher.next()) {
      const { scenario, lane } = order
      const started = { scenario, startMs: now, endMs: now + expectedMs(scenario), thread, lane }
      running.push(started)
      all.push(started)
    }
    const first = running.reduce<Forecast | undefined>(
      (least, one) => (least === undefined || one.endMs < least.endMs ? one : least),
      undefined,
    )
    if (first === undefined) return all
    now = first.endMs
    dispatcher.ended(first.scenario.id, 1)
    running = running.filter((one) => one !== first)
  }
}

function deploymentsOf({ profiles, exclusive }: Wanted): readonly Deployment[] {
  const plain = { namespace: '', version: '', configuration: null }
  return profiles.flatMap((profile) => [
    { ...plain, name: profile, profile, exclusive: false },
    ...Array.from({ length: exclusive[profile] ?? 0 }, (_, index) => ({
      ...plain,
      name: `${profile}-x${index + 1}`,
      profile,
      exclusive: true,
    })),
  ])
}
