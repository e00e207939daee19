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

/** Serial scenarios have the shared gateway of their profile alone: all others on it come before or after them. */
function serialBounds(ran: FloorRequest['ran'], lanes: number): readonly Floor[] {
  const shared = ran.filter(({ scenario: { exclusive, profile } }) => !exclusive && profile !== undefined)
  const serial = shared.filter(({ scenario }) => scenario.serial)
  return [...new Set(serial.map(({ scenario }) => scenario.profile ?? ''))].map((profile) => {
    const own = shared.filter(({ scenario }) => scenario.profile === profile)
    const [alone, others] = [true, false].map((is) =>
      own.filter(({ scenario }) => scenario.serial === is).map(({ ms }) => ms),
    ) as [number[], number[]]
    const beside = Math.max(0, ...others, sumOf(others) / lanes)
    return { ms: sumOf(alone) + beside, bound: `${alone.length} serial scenarios of ${profile}` }
  })
}

function sumOf(times: readonly number[]): number {
  return times.reduce((total, ms) => total + ms, 0)
}

/** The greatest of: the longest scenario, all of them on the lanes, the sum under one lock, what is serial, the pool of one profile. */
export function floorOf({ ran, lanes, exclusive }: FloorRequest): Floor {
  const sum = (part: FloorRequest['ran']): number => part.reduce((total, { ms }) => total + ms, 0)
  const longest = [...ran].sort((a, b) => b.ms - a.ms)[0]
  const locks = [...new Set(ran.flatMap(({ scenario }) => scenario.locks))]
  const bounds: Floor[] = [
    { ms: sum(ran) / lanes, bound: `${ran.length} scenarios on ${lanes} lanes` },
    ...locks.map((lock) => ({
      ms: sum(ran.filter(({ scenario }) => scenario.locks.includes(lock))),
      bound: `lock ${lock}`,
    })),
    ...serialBounds(ran, lanes),
    ...Object.entries(exclusive).map(([profile, count]) => ({
      ms:
        sum(ran.filter(({ scenario }) => scenario.exclusive && scenario.profile === profile)) /
        Math.max(1, count),
      bound: `${count} exclusive gateways of ${profile}`,
    })),
    ...(longest === undefined ? [] : [{ ms: longest.ms, bound: `longest scenario ${longest.scenario.id}` }]),
  ]
  return bounds.reduce((most, one) => (one.ms >= most.ms ? one : most))
}
