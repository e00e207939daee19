import { expect, test } from 'vitest'
import type { Clock } from '../base/clock.ts'
import { shareStalls, Stalls, stallWords } from './stalls.ts'

/** A clock whose timers run when the test lets its loop turn, however late. */
class LateClock {
  #now = 1000
  #timers: (() => void)[] = []

  readonly clock: Clock = {
    now: () => this.#now,
    wall: () => this.#now,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
    after: (_, then) => {
      this.#timers.push(then)
      return () => (this.#timers = this.#timers.filter((other) => other !== then))
    },
  }

  get waiting(): number {
    return this.#timers.length
  }

  /** The loop comes round after so many milliseconds. */
  turn(ms: number): void {
    this.#now += ms
    for (const then of this.#timers.splice(0)) then()
  }
}

test('a loop that turns in time has not stalled', () => {
  const late = new LateClock()
  const stalls = new Stalls(late.clock, stallWords())
  for (let round = 0; round < 50; round += 1) late.turn(150)
  expect(stalls.since(0)).toBeUndefined()
})

test('a loop that stood still has, for as long as it was late', () => {
  const late = new LateClock()
  const stalls = new Stalls(late.clock, stallWords())
  late.turn(100)
  late.turn(1500)
  late.turn(100)
  expect(stalls.since(1000)).toEqual({ endedAt: 2600, ms: 1400 })
  expect(stalls.since(2600)).toBeUndefined()
})

test('a thread knows of the stalls of the main thread, and tells of the longer one', () => {
  const [main, own] = [new LateClock(), new LateClock()]
  const words = stallWords()
  shareStalls(main.clock, words)
  const stalls = new Stalls(own.clock, words)
  main.turn(900)
  expect(stalls.since(1000)).toEqual({ endedAt: 1900, ms: 800 })
  own.turn(700)
  expect(stalls.since(1000)?.ms).toBe(800)
  own.turn(1100)
  expect(stalls.since(1000)?.ms).toBe(1000)
})

test('nothing looks any more once both are closed', () => {
  const late = new LateClock()
  const stalls = new Stalls(late.clock, stallWords())
  const end = shareStalls(late.clock, stallWords())
  expect(late.waiting).toBe(2)
  stalls.close()
  end()
  expect(late.waiting).toBe(0)
})
