import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { systemClock } from './clock.ts'

test('a manual clock stands still until it is moved', async () => {
  const clock = new ManualClock(1000)
  let woken = false
  void clock.sleep(100).then(() => (woken = true))
  await clock.advance(99)
  expect([clock.now(), clock.wall(), woken]).toEqual([99, 1099, false])
  await clock.advance(1)
  expect(woken).toBe(true)
})

test('timers ring in the order of their time, then of their making', async () => {
  const clock = new ManualClock()
  const rung: string[] = []
  clock.after(20, () => rung.push(`late ${clock.now()}`))
  clock.after(10, () => rung.push(`first ${clock.now()}`))
  clock.after(10, () => rung.push(`second ${clock.now()}`))
  clock.after(-5, () => rung.push(`now ${clock.now()}`))
  await clock.advance(30)
  expect(rung).toEqual(['now 0', 'first 10', 'second 10', 'late 20'])
  expect(clock.now()).toBe(30)
})

test('what a timer leads to happens before the next one', async () => {
  const clock = new ManualClock()
  const seen: string[] = []
  const loop = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await clock.sleep(10)
      seen.push(`loop ${clock.now()}`)
    }
  }
  void loop()
  clock.after(15, () => seen.push('timer 15'))
  await clock.advance(30)
  expect(seen).toEqual(['loop 10', 'timer 15', 'loop 20', 'loop 30'])
})

test('a cancelled timer does not ring', async () => {
  const clock = new ManualClock()
  let rung = 0
  clock.after(10, () => (rung += 1))()
  await clock.advance(20)
  expect([rung, clock.pending]).toEqual([0, 0])
})

test.each([
  ['manual', () => new ManualClock()],
  ['system', () => systemClock],
] as const)('on the %s clock an abort ends a sleep with its reason and takes its timer', async (_, make) => {
  const clock = make()
  const stop = new AbortController()
  const reason = new Error('enough')
  const slept = clock.sleep(60_000, stop.signal)
  stop.abort(reason)
  await expect(slept).rejects.toBe(reason)
  await expect(clock.sleep(60_000, stop.signal)).rejects.toBe(reason)
  if (clock instanceof ManualClock) expect(clock.pending).toBe(0)
})

test('an abort after the sleep changes nothing', async () => {
  const clock = new ManualClock()
  const stop = new AbortController()
  const slept = clock.sleep(5, stop.signal)
  await clock.advance(5)
  stop.abort()
  await expect(slept).resolves.toBeUndefined()
})

test('the system clock rings, and takes times beyond what a timer can hold', async () => {
  await systemClock.sleep(1)
  let rung = false
  const cancel = systemClock.after(2 ** 40, () => (rung = true))
  await systemClock.sleep(5)
  cancel()
  expect(rung).toBe(false)
})
