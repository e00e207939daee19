import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Finished } from './finished.ts'
import type { ScenarioRecord } from './scenario-record.ts'

function record(id: string): ScenarioRecord {
  return { plan: { id, name: id, file: 'a.yaml', line: 1, tags: [], profile: 'none' }, attempts: [] }
}

const ids = (list: Finished): readonly string[] => list.map(({ plan }) => plan.id)

test('a list stays what it was, whatever is added to it and to those made of it', () => {
  // Each step adds to one of all the lists there are by then.
  const steps = fc.array(fc.nat(), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(steps, (choices) => {
      const lists: { readonly list: Finished; readonly expected: readonly string[] }[] = [
        { list: Finished.of(), expected: [] },
      ]
      for (const [index, choice] of choices.entries()) {
        const { list, expected } = lists[choice % lists.length] ?? { list: Finished.of(), expected: [] }
        const id = `s${index}`
        lists.push({ list: list.with(record(id)), expected: [...expected, id] })
      }
      for (const { list, expected } of lists) {
        expect(ids(list)).toEqual(expected)
        expect(list).toHaveLength(expected.length)
        const known = choices.map((_, index) => `s${index}`).filter((id) => list.get(id)?.plan.id === id)
        expect(known).toEqual([...expected].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))))
      }
    }),
  )
})
