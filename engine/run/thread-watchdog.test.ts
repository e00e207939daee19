import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { keepBeating, ThreadWatchdog, type Silence } from './thread-watchdog.ts'

const SILENT_MS = 10_000

function watchdog(clock = new ManualClock()) {
  const silent: Silence[] = []
  const dog = new ThreadWatchdog({
    clock,
    threads: 2,
    silentMs: SILENT_MS,
    onSilent: (silence) => silent.push(silence),
  })
  return { clock, dog, silent }
}

test('a thread whose loop stops is noticed after that time, and the other one is let alone', async () => {
  const { clock, dog, silent } = watchdog()
  const [stops] = [0, 1].map((thread) => {
    dog.watch(thread)
    return keepBeating(dog.beats, thread, clock)
  })
  await clock.advance(60_000)
  expect(silent).toEqual([])
  stops?.()
  await clock.advance(5000)
  expect(dog.silences().map(({ thread }) => thread)).toEqual([0])
  await clock.advance(60_000)
  expect(silent).toEqual([{ thread: 0, ms: SILENT_MS }])
  expect(dog.silences()).toEqual([])
})

test('one that never comes up is noticed, later', async () => {
  const { clock, dog, silent } = watchdog()
  dog.watch(1)
  await clock.advance(2 * SILENT_MS)
  expect(silent).toEqual([])
  await clock.advance(2 * SILENT_MS)
  expect(silent).toEqual([{ thread: 1, ms: 3 * SILENT_MS }])
})

test('a stall of the one who looks, such as a laptop asleep, counts as one look', async () => {
  let stall = 0
  const steady = new ManualClock()
  const { dog, silent } = watchdog(
    Object.assign(Object.create(steady) as ManualClock, {
      now: () => steady.now() + stall,
      after: (ms: number, then: () => void) => steady.after(ms, then),
    }),
  )
  dog.watch(0)
  const stop = keepBeating(dog.beats, 0, steady)
  await steady.advance(1000)
  stop()
  for (let look = 0; look < 10; look += 1) {
    stall += 3_600_000
    await steady.advance(500)
  }
  expect(silent).toEqual([])
  expect(dog.silences()).toMatchObject([{ thread: 0 }])
  await steady.advance(SILENT_MS)
  expect(silent).toHaveLength(1)
})

test('a thread in the place of another begins anew; one that is forgotten, or all at the end, are not watched', async () => {
  const { clock, dog, silent } = watchdog()
  dog.watch(0)
  await clock.advance(SILENT_MS)
  dog.watch(0)
  await clock.advance(2.5 * SILENT_MS)
  expect(silent).toEqual([])
  dog.forget(0)
  await clock.advance(10 * SILENT_MS)
  dog.watch(1)
  dog.stop()
  expect(clock.pending).toBe(0)
  expect(silent).toEqual([])
})
