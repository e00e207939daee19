import type { Scenario } from '../scenario/scenario.ts'

/** The shortest time in which a run could have been over, and what forbids a shorter one. */
export interface Floor {
  readonly ms: number
  /** `longest scenario limits/recovery`, `lock signal:dedup:CpuHigh`. */
  readonly bound: string
}

export interface FloorRequest {
  readonly ran: readonly { readonly scenario: Scenario; readonly ms: number }[]
  /** Of all threads. */
  readonly lanes: number
  /** Profile → gateways for scenarios that want one of their own. */
  readonly exclusive: Readonly<Record<string, number>>
}

/** The greatest of: the longest scenario, all of them on the lanes, the sum under one lock, what is serial, the pool of one profile. */
export function floorOf({ ran, lanes, exclusive }: FloorRequest): Floor {
  const longest = ran.reduce<FloorRequest['ran'][number] | undefined>(
    (most, one) => (most === undefined || one.ms > most.ms ? one : most),
    undefined,
  )
  const bounds: Floor[] = [
    { ms: packed(timesOf(ran), lanes), bound: `${ran.length} scenarios on ${lanes} lanes` },
    ...lockBounds(ran),
    ...serialBounds(ran, lanes),
    ...Object.entries(exclusive).map(([profile, count]) => ({
      ms: packed(
        timesOf(ran.filter(({ scenario }) => scenario.exclusive && scenario.profile === profile)),
        Math.max(1, Math.min(count, lanes)),
      ),
      bound: `${count} exclusive gateways of ${profile}`,
    })),
    ...(longest === undefined ? [] : [{ ms: longest.ms, bound: `longest scenario ${longest.scenario.id}` }]),
  ]
  return bounds.reduce((most, one) => (one.ms >= most.ms ? one : most))
}

/**
 * No schedule packs these times on so many lanes into less: neither what each lane has on average, nor, of the `k` × lanes
 * + 1 longest, the `k` + 1 shortest, for some lane has that many of them.
 */
function packed(times: readonly number[], lanes: number): number {
  const longestFirst = [...times].sort((a, b) => b - a)
  let most = sumOf(times) / lanes
  for (let full = 1; full * lanes < longestFirst.length; full += 1) {
    const last = full * lanes
    most = Math.max(most, sumOf(longestFirst.slice(last - full, last + 1)))
    // What is averaged over that many on each lane comes to nearly the same.
    if (full === MOST_FULL) break
  }
  return most
}

const MOST_FULL = 50

function lockBounds(ran: FloorRequest['ran']): readonly Floor[] {
  const sums = new Map<string, number>()
  for (const { scenario, ms } of ran)
    for (const lock of new Set(scenario.locks)) sums.set(lock, (sums.get(lock) ?? 0) + ms)
  return [...sums].map(([lock, ms]) => ({ ms, bound: `lock ${lock}` }))
}

/** Serial scenarios have the shared gateway of their profile alone: all others on it come before or after them. */
function serialBounds(ran: FloorRequest['ran'], lanes: number): readonly Floor[] {
  const shared = ran.filter(({ scenario: { exclusive, profile } }) => !exclusive && profile !== undefined)
  const serial = shared.filter(({ scenario }) => scenario.serial)
  return [...new Set(serial.map(({ scenario }) => scenario.profile ?? ''))].map((profile) => {
    const own = shared.filter(({ scenario }) => scenario.profile === profile)
    const [alone, others] = [true, false].map((is) =>
      timesOf(own.filter(({ scenario }) => scenario.serial === is)),
    ) as [readonly number[], readonly number[]]
    const beside = Math.max(longestOf(others), packed(others, lanes))
    return { ms: sumOf(alone) + beside, bound: `${alone.length} serial scenarios of ${profile}` }
  })
}

function timesOf(ran: FloorRequest['ran']): readonly number[] {
  return ran.map(({ ms }) => ms)
}

function longestOf(times: readonly number[]): number {
  return times.reduce((most, ms) => Math.max(most, ms), 0)
}

function sumOf(times: readonly number[]): number {
  return times.reduce((total, ms) => total + ms, 0)
}
