import { randomFrom, shuffle } from '../base/random.ts'
import type { Scenario } from '../scenario/scenario.ts'

export interface OrderOptions {
  readonly expectedMs: (scenario: Scenario) => number
  /** Gateways of one's own that there are of a profile; default 1. */
  readonly exclusive?: number
  /** How long a gateway of one's own takes to be made anew for the next one; default 0. */
  readonly resetMs?: number
  /** Failed when it last ran. */
  readonly hasFailed?: (scenario: Scenario) => boolean
  /** Instead of the longest first: an order that the seed decides. */
  readonly shuffleSeed?: string
}

/**
 * The order in which scenarios are offered to lanes: the longest first, so that none of them is left for the end. Those
 * that need a gateway of their own come before others of their length, for there are few such gateways.
 */
export function inOrder(scenarios: readonly Scenario[], options: OrderOptions): readonly Scenario[] {
  const { expectedMs, exclusive = 1, resetMs = 0, hasFailed, shuffleSeed } = options
  if (shuffleSeed !== undefined) return shuffle(scenarios, randomFrom(shuffleSeed, 'order'))
  const queued = queuedMs(scenarios, {
    expectedMs: (one) => expectedMs(one) + (one.exclusive ? resetMs : 0),
    servers: (one) => (one.exclusive ? exclusive : 1),
  })
  const longestFirst = [...scenarios].sort((a, b) => (queued.get(b.id) ?? 0) - (queued.get(a.id) ?? 0))
  return hasFailed === undefined ? longestFirst : failedFirst(longestFirst, hasFailed)
}

/** But the one that decides how long the run takes at least: behind many that failed it would make the run longer. */
function failedFirst(
  [longest, ...others]: readonly Scenario[],
  hasFailed: (scenario: Scenario) => boolean,
): readonly Scenario[] {
  if (longest === undefined) return []
  const [failed, well] = [true, false].map((is) => others.filter((one) => hasFailed(one) === is))
  return [longest, ...(failed ?? []), ...(well ?? [])]
}

/** With whom a scenario cannot overlap, so that what waits behind it counts, too. */
function queueOf({ exclusive, profile, locks }: Scenario): string | undefined {
  return exclusive ? `exclusive ${profile ?? ''}` : locks[0]
}

interface Queueing {
  readonly expectedMs: OrderOptions['expectedMs']
  /** How many of its queue run at a time. */
  readonly servers: (scenario: Scenario) => number
}

/** The least time from the start of a scenario to the end of everything that queues behind it. */
function queuedMs(
  scenarios: readonly Scenario[],
  { expectedMs, servers }: Queueing,
): ReadonlyMap<string, number> {
  const shortestFirst = scenarios
    .map((scenario) => ({ scenario, ms: expectedMs(scenario) }))
    .sort((a, b) => a.ms - b.ms)
  const behind = new Map<string, number>()
  return new Map(
    shortestFirst.map(({ scenario, ms }) => {
      const queue = queueOf(scenario)
      if (queue === undefined) return [scenario.id, ms] as const
      const whole = ms + (behind.get(queue) ?? 0)
      behind.set(queue, whole)
      return [scenario.id, Math.max(ms, whole / servers(scenario))] as const
    }),
  )
}
