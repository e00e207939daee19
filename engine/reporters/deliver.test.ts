import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

import { exitCode } from '../events/exit-code.ts'
import { reduce } from '../events/reduce.ts'
import { initialState } from '../events/run-state.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Reporter } from './define.ts'
import { deliverTo } from './deliver.ts'
import { createReporter } from './index.ts'
import { outcomesRun } from './testing/outcomes-run.ts'
import { stormRun } from './testing/storm-run.ts'

const [event] = stormRun

test('a reporter that throws is told of once, and the others get everything', async () => {
  const seen: string[] = []
  const complaints: string[] = []
  const broken: Reporter = {
    name: 'html',
    on: () => {
      throw new Error('no template')
    },
    close: () => Promise.reject(new Error('nor that')),
  }
  const good: Reporter = {
    name: 'list',
    on: ({ type }) => seen.push(type),
    close: () => {
      seen.push('close')
    },
  }
  const delivery = deliverTo([broken, { name: 'none' }, good], (line) => complaints.push(line))
  delivery.on(event!, initialState)
  delivery.on(event!, initialState)
  await delivery.close(initialState)
  expect(seen).toEqual(['run:started', 'run:started', 'close'])
  expect(complaints).toEqual(['reporter html: no template\n'])
  expect(delivery.outputFailed()).toBe(false)
})

test('what the system refuses is output that failed', async () => {
  const close = (): void => {
    readFileSync('/does/not/exist')
  }
  const delivery = deliverTo([{ name: 'junit', close }], () => undefined)
  await delivery.close(initialState)
  expect(delivery.outputFailed()).toBe(true)
})

test.each([
  ['nothing', [], 4],
  ['a run that was stopped', outcomesRun, 130],
  ['one that was not', outcomesRun.filter(({ type }) => type !== 'run:interrupted'), 3],
])('the verdict on %s is what it would be if no reporter threw', async (_name, events, code) => {
  const throwing: Reporter = {
    name: 'bad',
    on: () => {
      throw new TypeError('x is not a function')
    },
    close: () => {
      throw new TypeError('nor is y')
    },
  }
  const delivery = deliverTo([throwing], () => undefined)
  let state = initialState
  for (const one of events) {
    state = reduce(state, one)
    delivery.on(one, state)
  }
  await delivery.close(state)
  expect(exitCode(state, { outputFailed: delivery.outputFailed() })).toBe(code)
  expect(exitCode(events.reduce(reduce, initialState))).toBe(code)
})

test('a terminal that cannot be written to is told of once, and everything else goes on', async () => {
  const clock = new ManualClock()
  const seen: string[] = []
  const complaints: string[] = []
  const options = { colour: { env: {} }, unicode: true, sourceOf: () => undefined, clock }
  const write = (): void => {
    throw Object.assign(new Error('no space left on device'), { syscall: 'write' })
  }
  for (const isTTY of [true, false]) {
    seen.length = 0
    complaints.length = 0
    const terminal = createReporter('list', { ...options, sink: { write, isTTY } })
    const other: Reporter = {
      name: 'junit',
      on: ({ type }) => seen.push(type),
      close: () => void seen.push('close'),
    }
    const delivery = deliverTo([terminal, other], (line) => delivery.beside(() => complaints.push(line)))
    let state = initialState
    for (const one of stormRun) {
      state = reduce(state, one)
      delivery.on(one, state)
      await clock.advance(1000)
    }
    delivery.beside(() => seen.push('warning'))
    await delivery.close(state)
    expect(seen).toEqual([...stormRun.map(({ type }) => type), 'warning', 'close'])
    expect(complaints).toEqual(['reporter list: no space left on device\n'])
    expect(delivery.outputFailed()).toBe(true)
    expect(clock.pending).toBe(0)
    // What came of the run is what came of it.
    expect(exitCode(state)).toBe(exitCode(stormRun.reduce(reduce, initialState)))
  }
})
