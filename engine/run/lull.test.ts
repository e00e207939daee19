import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { Lull } from './lull.ts'

let clock: ManualClock
let lull: Lull
let stop: AbortController
let came: string[]
beforeEach(() => {
  clock = new ManualClock()
  lull = new Lull(clock)
  stop = new AbortController()
  came = []
})

const wait = (name: string): void => void lull.comes(stop.signal).then(() => came.push(name))

test('comes a moment after the last attempt has left its steps, if none has begun by then', async () => {
  lull.enter()
  lull.enter()
  lull.leave()
  wait('first')
  await clock.advance(1000)
  lull.leave()
  await clock.advance(50)
  lull.enter()
  await clock.advance(1000)
  expect(came).toEqual([])
  wait('second')
  lull.leave()
  await clock.advance(99)
  expect(came).toEqual([])
  await clock.advance(1)
  expect(came).toEqual(['first', 'second'])
  expect(clock.pending).toBe(0)
})

test('who has waited for five seconds waits no longer', async () => {
  lull.enter()
  wait('early')
  await clock.advance(3000)
  wait('late')
  await clock.advance(2000)
  expect(came).toEqual(['early'])
  await clock.advance(3000)
  expect(came).toEqual(['early', 'late'])
})

test('who comes when all is quiet waits no longer than that', async () => {
  lull.enter()
  lull.leave()
  await clock.advance(1000)
  wait('only')
  await clock.advance(100)
  expect(came).toEqual(['only'])
})

test('a run that is stopped waits for none', async () => {
  lull.enter()
  wait('before')
  stop.abort()
  await clock.advance(0)
  wait('after')
  await clock.advance(0)
  expect(came).toEqual(['before', 'after'])
  expect(clock.pending).toBe(0)
})
