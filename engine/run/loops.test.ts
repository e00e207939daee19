import { expect, test } from 'vitest'
import { LateClock } from '../testing/late-clock.ts'
import { loopWords, shareLoop, Stalls, worstLag } from './loops.ts'

test('a loop that turns in time has not stalled', () => {
  const late = new LateClock()
  const stalls = new Stalls(late.clock, loopWords(1), 0)
  for (let round = 0; round < 50; round += 1) late.turn(150)
  expect(stalls.since(0)).toBeUndefined()
})

test('a loop that stood still has, for as long as it was late', () => {
  const late = new LateClock()
  const stalls = new Stalls(late.clock, loopWords(1), 0)
  late.turn(100)
  late.turn(1500)
  late.turn(100)
  expect(stalls.since(1000)).toEqual({ endedAt: 2600, ms: 1450 })
  expect(stalls.since(2600)).toBeUndefined()
})

test('a thread knows of the stalls of the main thread, and tells of the longer one', () => {
  const [main, own] = [new LateClock(), new LateClock()]
  const words = loopWords(1)
  shareLoop(main.clock, words)
  const stalls = new Stalls(own.clock, words, 0)
  main.turn(900)
  expect(stalls.since(1000)).toEqual({ endedAt: 1900, ms: 850 })
  own.turn(700)
  expect(stalls.since(1000)?.ms).toBe(850)
  own.turn(1100)
  expect(stalls.since(1000)?.ms).toBe(1050)
})

test('nothing looks any more once both are closed', () => {
  const late = new LateClock()
  const stalls = new Stalls(late.clock, loopWords(1), 0)
  const end = shareLoop(late.clock, loopWords(1))
  expect(late.waiting).toBe(2)
  stalls.close()
  end()
  expect(late.waiting).toBe(0)
})

test('the lag of all is that of the latest loop, fades while it turns in time, and is gone once nobody looks', () => {
  const [main, own] = [new LateClock(), new LateClock()]
  const words = loopWords(1)
  const end = shareLoop(main.clock, words)
  const stalls = new Stalls(own.clock, words, 0)
  expect(worstLag(words)).toBe(0)
  main.turn(60)
  own.turn(150)
  expect(worstLag(words)).toBe(100)
  own.turn(50)
  expect(worstLag(words)).toBe(70)
  stalls.close()
  expect(worstLag(words)).toBe(10)
  end()
  expect(worstLag(words)).toBe(0)
})
