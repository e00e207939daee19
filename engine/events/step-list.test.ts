import { expect, test } from 'vitest'
import { StepList } from './step-list.ts'

const numbers = Array.from({ length: 200 }, (_, index) => index)

test('what is added stays in order, and older lists stay as they were', () => {
  const lists = numbers.reduce<StepList<number>[]>(
    (all, n) => [...all, (all.at(-1) ?? StepList.of<number>()).with(n)],
    [],
  )
  for (const [index, list] of lists.entries()) {
    expect(list.all).toEqual(numbers.slice(0, index + 1))
    expect(list).toHaveLength(index + 1)
  }
})

test('two lists made of one do not see each other', () => {
  const list = StepList.of(...numbers)
  const [one, other] = [list.with(-1), list.with(-2)]
  expect([...one]).toEqual([...numbers, -1])
  expect([...other]).toEqual([...numbers, -2])
})

test.each([0, 63, 64, 127, 128, 199])('the latest that is meant is changed: %d', (meant) => {
  const list = StepList.of(...numbers)
  const changed = list.changed(
    (n) => n === meant,
    (n) => -n - 1,
  )
  expect(changed.all).toEqual(numbers.map((n) => (n === meant ? -n - 1 : n)))
  expect(list.all).toEqual(numbers)
  expect(changed.findLast((n) => n < 0)).toBe(-meant - 1)
})

test('where none is meant, nothing changes', () => {
  const list = StepList.of(...numbers)
  expect(list.changed(() => false, String as never)).toBe(list)
  expect(list.findLast(() => false)).toBeUndefined()
})
