import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { Pace } from './pace.ts'

let clock: ManualClock
let late: number
let asked: number
let pace: Pace
beforeEach(() => {
  clock = new ManualClock()
  late = 0
  asked = 0
  pace = new Pace({ clock, threads: 4, lag: () => late, onReady: () => (asked += 1) })
})

test('the first may start however late loops are', () => {
  late = 5000
  expect(pace.isOpen()).toBe(true)
})

test.for([
  [0, 10],
  [15, 10],
  [20, 140],
  [5000, 500],
] as const)('with a lag of %i ms the next one starts %i ms after the last', async ([lag, wait]) => {
  late = lag
  pace.started()
  expect(pace.isOpen()).toBe(false)
  expect(pace.isOpen()).toBe(false)
  await clock.advance(wait - 1)
  expect(asked).toBe(0)
  await clock.advance(1)
  expect(asked).toBe(1)
  expect(pace.isOpen()).toBe(true)
})

test('the wait is over as soon as loops turn in time again', async () => {
  late = 90
  pace.started()
  expect(pace.isOpen()).toBe(false)
  await clock.advance(10)
  expect(pace.isOpen()).toBe(false)
  late = 5
  expect(pace.isOpen()).toBe(true)
})

test('nobody is told any more once it is closed', async () => {
  late = 90
  pace.started()
  pace.isOpen()
  pace.close()
  await clock.advance(10_000)
  expect(asked).toBe(0)
})
