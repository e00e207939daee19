import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import type { KeyLook } from './look.ts'
import { WatchedKey } from './watched-key.ts'

const GONE: KeyLook = { type: 'none', value: null, ttlMs: null }
const lives = (ttlMs: number): KeyLook => ({ type: 'string', value: '1', ttlMs })

/** A key whose readings take 5 ms each; returns when they began, and what was told when. */
function followed(clock: ManualClock, looks: readonly KeyLook[]) {
  const asked: number[] = []
  const told: [number, KeyLook][] = []
  const read = async (): Promise<KeyLook> => {
    const look = looks[asked.length] ?? GONE
    asked.push(clock.now())
    await clock.sleep(5)
    return look
  }
  const key = new WatchedKey({ clock, read, listener: (look) => told.push([clock.now(), look]) })
  return { key, asked, told }
}

test('the end of a life is looked for as soon as it can have come, counted from the question', async () => {
  const clock = new ManualClock()
  const { key, asked, told } = followed(clock, [lives(100), GONE])
  key.refresh()
  await clock.advance(200)
  expect(asked).toEqual([0, 101])
  expect(told.at(-1)).toEqual([106, GONE])
})

test('a key that was read late in its question is looked at again, as soon as it says', async () => {
  const clock = new ManualClock()
  const { key, asked } = followed(clock, [lives(100), lives(4), GONE])
  key.refresh()
  await clock.advance(200)
  expect(asked).toEqual([0, 101, 107])
})

test('a key that is no longer followed is not read again', async () => {
  const clock = new ManualClock()
  const { key, asked } = followed(clock, [lives(100)])
  key.refresh()
  await clock.advance(50)
  key.close()
  await clock.advance(200)
  expect(asked).toHaveLength(1)
})
