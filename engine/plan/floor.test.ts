import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'
import { scenario } from '../run/testing/fake-run.ts'
import { floorOf, type FloorRequest } from './floor.ts'

type Ran = FloorRequest['ran'][number]

interface Placed {
  readonly scenario: Scenario
  readonly start: number
  readonly end: number
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}

/** Whether these may all run at the same time. */
function fits(together: readonly Scenario[], { lanes, exclusive }: FloorRequest): boolean {
  const locks = together.flatMap((one) => one.locks)
  const alone = together.filter((one) => one.exclusive).length
  const shared = together.filter((one) => !one.exclusive)
  return (
    together.length <= lanes &&
    new Set(locks).size === locks.length &&
    alone <= (exclusive['storm'] ?? 0) &&
    (shared.length < 2 || shared.every((one) => !one.serial))
  )
}

/** As early as it can start beside those that have their places. */
function place(placed: readonly Placed[], { scenario: one, ms }: Ran, request: FloorRequest): Placed {
  const mayStart = (start: number): boolean => {
    const moments = [start, ...placed.map((other) => other.start)].filter(
      (at) => at >= start && at < start + ms,
    )
    return moments.every((at) => {
      const others = placed.filter((other) => other.start <= at && other.end > at)
      return fits([one, ...others.map((other) => other.scenario)], request)
    })
  }
  const start = [0, ...placed.map(({ end }) => end)].sort((a, b) => a - b).find(mayStart) ?? 0
  return { scenario: one, start, end: start + ms }
}

/** The shortest of all schedules, by trying them all. */
function shortest(request: FloorRequest): number {
  const spans = permutations(request.ran).map((order) => {
    const placed = order.reduce<readonly Placed[]>((all, one) => [...all, place(all, one, request)], [])
    return Math.max(0, ...placed.map(({ end }) => end))
  })
  return Math.min(...spans)
}

const kinds = fc.constantFrom<Partial<Scenario>>(
  {},
  { locks: ['a'] },
  { locks: ['b'] },
  { locks: ['a', 'b'] },
  { exclusive: true },
  { exclusive: true, locks: ['a'] },
  { serial: true },
)

const requests = fc
  .record({
    ran: fc.array(fc.tuple(kinds, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 5 }),
    lanes: fc.integer({ min: 1, max: 4 }),
    exclusive: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ ran, lanes, exclusive }): FloorRequest => {
    const list = ran.map(([kind, ms], index) => ({ scenario: scenario({ id: `s${index}`, ...kind }), ms }))
    return { ran: list, lanes, exclusive: { storm: exclusive } }
  })

test('no schedule is shorter than the floor', () => {
  fc.assert(
    fc.property(requests, (request) => {
      expect(floorOf(request).ms).toBeLessThanOrEqual(shortest(request) + 1e-9)
    }),
  )
})

const of = (kind: Partial<Scenario>, ...times: readonly number[]): readonly Ran[] =>
  times.map((ms, index) => ({ scenario: scenario({ id: `${JSON.stringify(kind)} ${index}`, ...kind }), ms }))

test.each<[string, FloorRequest, number, string]>([
  [
    'under one lock, one after the other',
    { ran: of({ locks: ['a'] }, 3, 4, 5), lanes: 8, exclusive: {} },
    12,
    'lock a',
  ],
  [
    'three of a length on two lanes: two of them share one',
    { ran: of({}, 10, 10, 10), lanes: 2, exclusive: {} },
    20,
    '3 scenarios on 2 lanes',
  ],
  [
    'five on two lanes: three of them share one',
    { ran: of({}, 10, 10, 10, 10, 10), lanes: 2, exclusive: {} },
    30,
    '5 scenarios on 2 lanes',
  ],
  [
    'a pool of two for three',
    { ran: [...of({ exclusive: true }, 6, 6, 6), ...of({}, 1, 1)], lanes: 8, exclusive: { storm: 2 } },
    12,
    '2 exclusive gateways of storm',
  ],
  [
    'a pool of two of which one lane can use only one',
    { ran: of({ exclusive: true }, 6, 6), lanes: 1, exclusive: { storm: 2 } },
    12,
    '2 exclusive gateways of storm',
  ],
  [
    'serial ones, and the longest of the others',
    { ran: [...of({ serial: true }, 4, 4), ...of({}, 9, 1)], lanes: 8, exclusive: {} },
    17,
    '2 serial scenarios of storm',
  ],
  [
    'one that is longer than all the rest takes on the lanes',
    { ran: [...of({}, 50), ...of({ locks: ['a'] }, 20, 20)], lanes: 8, exclusive: {} },
    50,
    `longest scenario {} 0`,
  ],
])('%s', (_, request, ms, bound) => {
  expect(floorOf(request)).toEqual({ ms, bound })
  expect(shortest(request)).toBe(ms)
})
