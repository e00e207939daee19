import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseDuration } from '../base/duration.ts'
import { durationOf, nanosOf, readDuration, showDuration } from './durations.ts'

test.each([
  ['0s', '0s'],
  ['90s', '1m30s'],
  ['1h30m', '1h30m'],
  ['1500ms', '1.5s'],
  ['100ms', '100ms'],
  ['0.1s', '100ms'],
  ['1us', '0.001ms'],
  ['1ns', '0.000001ms'],
  ['-1.5s', '-1.5s'],
  ['-500ms', '-500ms'],
  ['+2s', '2s'],
  ['1h0.000000001s', '1h0.000000001s'],
])('%s is printed %s', (text, shown) => {
  const read = readDuration(text)
  expect(read === undefined ? undefined : showDuration(read)).toBe(shown)
})

test.each(['', '5', 's', '1d', '1 s', '.5s', '1.s', '5S', '1h 30m', '9'.repeat(30) + 'h', '1s'.repeat(40)])(
  '%j is no duration',
  (text) => {
    expect(readDuration(text)).toBeUndefined()
  },
)

test('what is printed is read back the same', () => {
  const most = 2n ** 62n
  fc.assert(
    fc.property(fc.bigInt({ min: -most, max: most }), (nanos) => {
      const read = readDuration(showDuration(durationOf(nanos)))
      expect(read === undefined ? undefined : nanosOf(read)).toBe(nanos)
    }),
    { numRuns: 1000, seed: 31 },
  )
})

test('it reads what keys of scenarios take, and as much of it', () => {
  const part = fc.tuple(fc.nat(50), fc.constantFrom('h', 'm', 's', 'ms', 'x', ''))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      const text = parts.map(([amount, unit]) => `${amount}${unit}`).join('')
      const ours = readDuration(text)
      const theirs = parseDuration(text)
      expect(ours === undefined ? undefined : Number(nanosOf(ours)) / 1e6).toBe(theirs)
    }),
    { numRuns: 500, seed: 32 },
  )
})
