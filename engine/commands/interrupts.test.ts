import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { onInterrupts } from './interrupts.ts'
import type { Signal } from './world.ts'

const heard: string[] = []
const clock = new ManualClock()
let send: (signal: Signal) => void
let press: (key: string) => void
let stop: () => void

beforeEach(() => {
  heard.length = 0
  const listeners = new Set<(signal: Signal) => void>()
  send = (signal) => listeners.forEach((listener) => listener(signal))
  const keys = new Set<(key: string) => void>()
  press = (key) => keys.forEach((listener) => listener(key))
  const world = {
    clock,
    keyboard: {
      onKey: (listener: (key: string) => void) => {
        keys.add(listener)
        return () => void keys.delete(listener)
      },
    },
    onSignal: (listener: (signal: Signal) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    exitNow: (code: number) => void heard.push(`exit ${code}`),
  }
  stop = onInterrupts(world, {
    first: (signal) => heard.push(`first ${signal}`),
    second: (signal) => heard.push(`second ${signal}`),
  })
})

test('the first tidies up, the second reports, the third ends at once', async () => {
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) {
    send(signal)
    await clock.advance(1000)
  }
  expect(heard).toEqual(['first SIGINT', 'second SIGINT', 'exit 143'])
})

test('a second one within a second belongs to the first', async () => {
  send('SIGINT')
  await clock.advance(999)
  send('SIGINT')
  await clock.advance(1)
  send('SIGINT')
  expect(heard).toEqual(['first SIGINT', 'second SIGINT'])
})

test('the key q is a first signal, never a second', async () => {
  press('x')
  expect(heard).toEqual([])
  press('q')
  await clock.advance(1000)
  press('q')
  await clock.advance(1000)
  expect(heard).toEqual(['first SIGINT'])
  send('SIGINT')
  await clock.advance(1000)
  press('q')
  expect(heard).toEqual(['first SIGINT', 'second SIGINT'])
})

test('nothing is heard any more once it is over', () => {
  stop()
  send('SIGINT')
  press('q')
  expect(heard).toEqual([])
})
