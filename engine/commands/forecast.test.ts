import { expect, test } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'
import { forecast } from './forecast.ts'

const bare = { profile: 'storm', exclusive: false, serial: false, locks: [], namespaces: [], id: '' }
const one = (id: string, more: Partial<Scenario> = {}) => ({ ...bare, id, ...more }) as unknown as Scenario

/** `b 100-150 on 0.1`. */
function played(scenarios: readonly Scenario[], times: Readonly<Record<string, number>>, lanes = 2) {
  const wanted = { profiles: ['storm'], exclusive: { storm: 1 } }
  const expectedMs = ({ id }: Scenario): number => times[id] ?? 0
  return forecast(scenarios, { threads: 1, lanes, wanted, expectedMs }).map(
    ({ scenario, startMs, endMs, thread, lane }) => `${scenario.id} ${startMs}-${endMs} on ${thread}.${lane}`,
  )
}

test('a lane takes the next one when it is free', () => {
  expect(played([one('a'), one('b'), one('c')], { a: 100, b: 30, c: 50 })).toEqual([
    'a 0-100 on 0.0',
    'b 0-30 on 0.1',
    'c 30-80 on 0.1',
  ])
})

test('locks, exclusive gateways and serial ones are waited for, and others go ahead', () => {
  const scenarios = [
    one('a', { locks: ['x'] }),
    one('b', { locks: ['x'] }),
    one('c', { exclusive: true }),
    one('d', { exclusive: true }),
    one('e', { serial: true }),
  ]
  expect(played(scenarios, { a: 10, b: 10, c: 15, d: 5, e: 1 }, 9)).toEqual([
    'a 0-10 on 0.0',
    'c 0-15 on 0.1',
    'b 10-20 on 0.0',
    'd 15-20 on 0.1',
    'e 20-21 on 0.0',
  ])
})

test('nothing takes no time', () => {
  expect(played([], {})).toEqual([])
})
