import { expect, test } from 'vitest'

import { age } from './columns.ts'
import { readJsonPath } from './json-path.ts'

const START = '2025-11-24T12:00:00Z'

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [125, '2m5s'],
  [600, '10m'],
  [10_799, '179m'],
  [10_800, '3h'],
  [11_400, '3h10m'],
  [29_000, '8h'],
  [172_799, '47h'],
  [172_800, '2d'],
  [180_000, '2d2h'],
  [8 * 86_400, '8d'],
])('an age of %d seconds is written %s', (seconds, text) => {
  expect(age(START, Date.parse(START) + seconds * 1000)).toBe(text)
})

test('an age without a stamp is unknown, and one of the future is none', () => {
  expect(age(undefined, 0)).toBe('<unknown>')
  expect(age('soon', 0)).toBe('<unknown>')
  expect(age(START, Date.parse(START) - 5000)).toBe('0s')
})

const OBJECT = {
  metadata: { labels: { 'a.b/c': 'x' } },
  list: [
    { type: 'Ready', status: 'True' },
    { type: 'Other', status: 'False' },
  ],
}

test.each([
  [".metadata.labels['a.b/c']", 'x'],
  ['.list[1].status', 'False'],
  ['.list[*].status', 'True'],
  ['.list[?(@.type=="Other")].status', 'False'],
  ['.list[?(@.type=="None")].status', undefined],
  ['.list[7].status', undefined],
  ['.nothing.here', undefined],
])('the path %s finds %s', (path, expected) => {
  expect(readJsonPath(path)(OBJECT)).toBe(expected)
})

test('an escaped dot belongs to the name', () => {
  expect(readJsonPath('.labels.a\\.b')({ labels: { 'a.b': 1 } })).toBe(1)
})
