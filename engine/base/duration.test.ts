import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'
import { randomFrom } from './random.ts'

test.each([
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['100ms', 100],
  ['2m', 120_000],
  ['250us', 0.25],
  ['1000000ns', 1],
  ['-3s', -3000],
  ['+3s', 3000],
  ['0s', 0],
  ['1h1m1s1ms', 3_661_001],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBeCloseTo(ms, 9)
})

test.each(['', '5', 's', '5 s', '5d', '1.s', '.5s', '5s ', '--5s', '1h-5m', '1e3s', '٣s'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test.each([
  [0, '0s'],
  [90_000, '1m30s'],
  [1500, '1.5s'],
  [100, '100ms'],
  [0.25, '0.25ms'],
  [3_600_000, '1h'],
  [3_601_000, '1h1s'],
  [-1500, '-1.5s'],
  [2 * 3_600_000 + 61_250, '2h1m1.25s'],
])('%d ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('what is written is read as the same time', () => {
  const random = randomFrom('durations')
  for (let round = 0; round < 500; round += 1) {
    const ms = random.below(10 ** (1 + random.below(8)))
    expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6)
  }
})
