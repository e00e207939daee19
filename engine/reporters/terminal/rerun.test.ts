import { expect, test } from 'vitest'
import type { PlannedScenario } from '../../events/event.ts'
import { rerunCommand } from './rerun.ts'

const plan = (id: string, line = 2): PlannedScenario => ({
  ...{ id, name: id, file: `${id.replace(/[#[].*$/, '')}.yaml`, line, tags: [], profile: 'none' },
})
const real = { clock: 'real', seed: 's' } as const
const virtual = { clock: 'virtual', seed: 's-2' } as const

test('the file is enough, unless it holds several', () => {
  const [one, two, other] = [plan('a#1', 2), plan('a#2', 9), plan('b')]
  expect(rerunCommand(other, [one, two, other], real)).toBe('npx gwscen run b.yaml')
  expect(rerunCommand(two, [one, two, other], real)).toBe('npx gwscen run a.yaml:9')
  const cases = [plan('c[low]'), plan('c[high]')]
  expect(rerunCommand(cases[0]!, cases, real)).toBe('npx gwscen run c.yaml')
})

test('a gateway with faults is asked for again', () => {
  const started = { ...real, faults: ['G4', "it's"] }
  expect(rerunCommand(plan('a'), [plan('a')], started)).toBe(
    `npx gwscen run a.yaml --fault G4 --fault 'it'\\''s'`,
  )
})

test('under the virtual clock it is the very same run', () => {
  const all = [plan('a'), plan('a#2'), plan('a#3')]
  expect(rerunCommand(all[0]!, all, virtual)).toBe('npx gwscen run a.yaml --clock virtual --seed s-2')
  expect(rerunCommand(all[2]!, all, virtual)).toBe(
    'npx gwscen run a.yaml --clock virtual --seed s-2 --repeat 3',
  )
})

test('what was put together of several runs has no seed', () => {
  const merged = { ...virtual, seed: 'a, b' }
  expect(rerunCommand(plan('a'), [plan('a')], merged)).toBe('npx gwscen run a.yaml')
})
