import { expect, test } from 'vitest'
import type { Scenario } from '../../scenario/scenario.ts'
import { likelyFirst, type Pair } from './likely-first.ts'

function scenario(id: string, name: string): Scenario {
  return { id, name, tags: [], covers: [], steps: [] } as unknown as Scenario
}

const storm = scenario('storm/burst', 'A burst is buffered')
const limit = scenario('limits/rate', 'A client that sends too much is limited')
const health = scenario('intake/health', 'It says how it feels')
const texts: Readonly<Record<string, string>> = {
  'buffer-lost': 'What stands in the buffer is lost.',
  'limit-off': 'No client is limited.',
}

function order(pairs: readonly Pair[]): readonly string[] {
  return likelyFirst(pairs, (fault) => texts[fault] ?? '').map(
    ({ scenario: { id }, fault }) => `${id}@${fault}`,
  )
}

function pairs(fault: string, ...scenarios: readonly Scenario[]): readonly Pair[] {
  return scenarios.map((one) => ({ scenario: one, fault }))
}

test('the scenario that speaks of the same things as a fault comes first', () => {
  const all = [...pairs('buffer-lost', health, limit, storm), ...pairs('limit-off', health, storm, limit)]
  expect(order(all).slice(0, 2)).toEqual(['storm/burst@buffer-lost', 'limits/rate@limit-off'])
})

test('each fault has its first before any has its second, and one with few rivals goes before others', () => {
  const all = [...pairs('buffer-lost', storm, health, limit), ...pairs('limit-off', limit, health)]
  expect(order(all).map((one) => one.replace(/.*@/, ''))).toEqual([
    'limit-off',
    'buffer-lost',
    'limit-off',
    'buffer-lost',
    'buffer-lost',
  ])
})

test('every pair stays', () => {
  const all = [...pairs('unheard', storm, health, limit), ...pairs('limit-off', limit, health)]
  expect([...order(all)].sort()).toEqual(all.map((pair) => `${pair.scenario.id}@${pair.fault}`).sort())
})
