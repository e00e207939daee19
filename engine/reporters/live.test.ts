import { expect, test } from 'vitest'

import type { Event } from '../events/event.ts'
import { reduce } from '../events/reduce.ts'
import { initialState } from '../events/run-state.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createReporter, type ReporterOptions } from './index.ts'
import { eventsOf, sources, stormRun } from './testing/storm-run.ts'
import { widthOfText } from './width.ts'

const COLUMNS = 60
const ESCAPE = '\u001b'

const SEQUENCE = new RegExp(`(\n|\r|${ESCAPE}\\[\\d+[AJ])`)

/** A terminal that knows what a footer needs: line feed, return, cursor up, erase below. */
function terminal(): { readonly write: (text: string) => void; readonly text: () => string } {
  let rows: string[] = ['']
  let row = 0
  const write = (text: string): void => {
    for (const part of text.split(SEQUENCE)) {
      if (part === '\n') row += 1
      else if (part.startsWith(ESCAPE) && part.endsWith('A')) row -= Number(part.slice(2, -1))
      else if (part.startsWith(ESCAPE)) rows = [...rows.slice(0, row), '']
      else if (part !== '\r') rows[row] = (rows[row] ?? '') + part
    }
    rows[row] ??= ''
  }
  return { write, text: () => rows.join('\n') }
}

interface Session {
  readonly clock: ManualClock
  readonly text: () => string
  readonly feed: (events: readonly Event[]) => void
  readonly close: () => Promise<void>
}

function session(isTTY: boolean): Session {
  const clock = new ManualClock()
  const screen = terminal()
  const options: ReporterOptions = {
    sink: { write: screen.write, isTTY, columns: COLUMNS },
    colour: { env: {}, flag: 'never' },
    unicode: true,
    sourceOf: (file) => sources[file],
    clock,
  }
  const reporter = createReporter('list', options)
  let state = initialState
  const feed = (events: readonly Event[]): void => {
    for (const told of events) {
      const event = { ...told, at: clock.now() }
      state = reduce(state, event)
      reporter.on?.(event, state)
    }
  }
  return { clock, text: screen.text, feed, close: async () => reporter.close?.(state) }
}

test('a live terminal shows how far the run is and what is done for how long', async () => {
  const { clock, text, feed, close } = session(true)
  feed(stormRun.slice(0, 6))
  await clock.advance(12_600)
  const footer = text().split('\n').slice(-4)
  expect(footer).toEqual([
    '0 of 6 done · 2 running · 0:12',
    '  storm/buffers 12.6s',
    '  dedup/joins send cpu 12.6s scenarios/dedup/joins.yaml:7',
    '',
  ])
  feed(stormRun.slice(6, 10))
  await clock.advance(200)
  expect(text()).toContain('✓ storm/buffers')
  expect(text()).toMatch(/\n1 of 6 done · 1 running · 0:\d\d\n {2}dedup\/joins 12\.8s\n$/)
  await close()
})

test('no line of the footer is as wide as the terminal, and there are never more than eight scenarios', async () => {
  const { clock, text, feed, close } = session(true)
  const ids = Array.from({ length: 11 }, (_, index) => `語${index}/${'long '.repeat(20)}`)
  const [started] = stormRun
  if (started?.type !== 'run:started') throw new Error('expected the first event to be run:started')
  const plan = (id: string) => ({ id, name: id, file: 'a', line: 1, tags: [], profile: 'p' })
  const begun = ids.map((scenario) => ({
    type: 'scenario:started' as const,
    scenario,
    attempt: 1,
    thread: 1,
    lane: 0,
    namespaces: {},
  }))
  feed(eventsOf([{ ...started, scenarios: ids.map(plan) }, ...begun]))
  await clock.advance(200)
  const footer = text().split('\n').slice(3)
  expect(footer).toHaveLength(11)
  expect(footer.at(-2)).toBe('  and 3 more')
  for (const line of footer) expect(widthOfText(line)).toBeLessThan(COLUMNS)
  await close()
})

test('what is left on a live terminal is what a log has', async () => {
  const [live, log] = [session(true), session(false)]
  for (const event of stormRun) {
    live.feed([event])
    await live.clock.advance(150)
    log.feed([event])
  }
  await live.close()
  await log.close()
  expect(live.text()).toBe(log.text())
  expect(live.clock.pending).toBe(0)
  expect(log.clock.pending).toBe(0)
})

test('a log says once in half a minute that the run is alive', async () => {
  const { clock, text, feed, close } = session(false)
  feed(stormRun.slice(0, 9))
  await clock.advance(29_999)
  feed(stormRun.slice(9, 10))
  const before = text()
  await clock.advance(29_999)
  expect(text()).toBe(before)
  await clock.advance(30_001)
  expect(text()).toBe(`${before}${'1 of 6 scenarios done, 1 running\n'.repeat(2)}`)
  await close()
})

test('what goes wrong between two events is blamed on the reporter, not on the run', async () => {
  const clock = new ManualClock()
  let full = false
  const write = (): void => {
    if (full) throw new Error('disk full')
  }
  const reporter = createReporter('list', {
    sink: { write, isTTY: true },
    colour: { env: {} },
    unicode: true,
    sourceOf: () => undefined,
    clock,
  })
  const [first, second] = stormRun
  reporter.on?.(first!, initialState)
  full = true
  await clock.advance(1000)
  expect(() => reporter.on?.(second!, initialState)).toThrow('disk full')
  expect(clock.pending).toBe(0)
})
