import { expect, test } from 'vitest'
import { editDistance, suggest } from './suggest.ts'

const verbs = ['send', 'request', 'expect', 'never', 'wait']

test('the nearest word is suggested, when it is near', () => {
  expect(suggest('sned', verbs)).toBe('send')
  expect(suggest('EXPCT', verbs)).toBe('expect')
  expect(suggest('requests', verbs)).toBe('request')
  expect(suggest('pudding', verbs)).toBeUndefined()
  expect(suggest('x', [])).toBeUndefined()
})

test('of two equally near words the first is taken', () => {
  expect(suggest('bat', ['cat', 'rat'])).toBe('cat')
})

test('a short word may be wrong in one place, a long one in a third', () => {
  expect(suggest('wt', verbs)).toBeUndefined()
  expect(suggest('wat', verbs)).toBe('wait')
  expect(suggest('labelselektro', ['labelSelector'])).toBe('labelSelector')
})

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['', 'abc', 3],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['ca', 'abc', 3],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})
