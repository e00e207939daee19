import { expect, test } from 'vitest'

import type { Event } from '../events/event.ts'
import { reduce } from '../events/reduce.ts'
import { initialState } from '../events/run-state.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { FakeTerminal } from './testing/fake-terminal.ts'
import { deliverTo } from './deliver.ts'
import { createReporter, type ReporterOptions } from './index.ts'
import { eventsOf, sources, stormRun } from './testing/storm-run.ts'
import { widthOfText } from './width.ts'

const COLUMNS = 60

interface Session {
  readonly clock: ManualClock
  readonly screen: FakeTerminal
  readonly text: () => string
  readonly feed: (events: readonly Event[]) => void
  readonly close: () => Promise<void>
}

function session(isTTY: boolean, { columns = COLUMNS, rows = 24 } = {}): Session {
  const clock = new ManualClock()
  const screen = new FakeTerminal(columns)
  const options: ReporterOptions = {
    sink: {
      write: (text) => screen.write(text),
      isTTY,
      rows,
      get columns() {
        return screen.columns
      },
      onResize: (listener) => screen.onResize(listener),
    },
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
  const close = async (): Promise<void> => {
    await reporter.close?.(state)
  }
  return { clock, screen, text: () => screen.text(), feed, close }
}

test('a live terminal shows how far the run is and what is done for how long', async () => {
  const { clock, text, feed, close } = session(true)
  feed(stormRun.slice(0, 6))
  await clock.advance(12_600)
  const footer = text().split('\n').slice(-3)
  expect(footer).toEqual([
    '0 of 6 done · 2 running · 0:12',
    ' 1.0 storm/buffers sets up',
    ' 2.0 dedup/joins   send cpu 12s',
  ])
  feed(stormRun.slice(6, 10))
  await clock.advance(200)
  expect(text()).toContain('✓ storm/buffers')
  expect(text()).toMatch(/\n1 of 6 done · 1 running · 0:12\n 2\.0 dedup\/joins tidies up$/)
  await close()
})

test('a step that waits says until when, and what it sees instead', async () => {
  const { clock, text, feed, close } = session(true)
  const place = { scenario: 'dedup/joins', attempt: 1, step: 'steps.2' }
  const span = { file: 'scenarios/dedup/joins.yaml', line: 7, col: 3, start: 0, end: 1 }
  feed(stormRun.slice(0, 4))
  feed(eventsOf([{ type: 'step:started', ...place, verb: 'expect', title: 'expect crd', span }]))
  await clock.advance(1000)
  feed(eventsOf([{ type: 'step:waiting', ...place, ms: 5000, seen: 'found 1 of 2' }]))
  await clock.advance(2100)
  expect(text().split('\n').at(-1)).toBe(' 2.0 dedup/joins   expect crd 3s left: found 1 of 2')
  await clock.advance(60_000)
  expect(text().split('\n').at(-1)).toBe(' 2.0 dedup/joins   expect crd 0s left: found 1 of 2')
  await close()
})

/** The plan of the run with what each scenario took before. */
function usually(ms: number): Event {
  const [started] = stormRun
  if (started?.type !== 'run:started') throw new Error('expected the first event to be run:started')
  const expected = { ms, from: 'history' } as const
  return { ...started, scenarios: started.scenarios.map((plan) => ({ ...plan, expected })) }
}

test('the time left follows from what the scenarios took before', async () => {
  const { clock, text, feed, close } = session(true)
  feed([usually(40_000)])
  await clock.advance(100)
  // Six scenarios on sixteen lanes: as long as one of them.
  expect(text()).toMatch(/\n0 of 6 done · 0 running · 0:00 · about 0:40 left$/)
  feed(stormRun.slice(2, 4))
  await clock.advance(30_000)
  expect(text()).toContain('about 0:40 left')
  feed(stormRun.slice(2).filter(({ type }) => type === 'scenario:ended'))
  await clock.advance(200)
  expect(text()).toContain('\n5 of 6 done')
  await close()
})

test('where all takes longer than was thought, what is left does as well', async () => {
  const { clock, text, feed, close } = session(true)
  feed([usually(1000)])
  await clock.advance(100)
  expect(text()).toContain('about 0:01 left')
  // 4.2 seconds and not one, which is in the fifth.
  const ended = stormRun.filter((event) => event.type === 'scenario:ended').slice(0, 1)
  feed([...stormRun.slice(2, 3), ...ended])
  await clock.advance(200)
  expect(text()).toContain('\n1 of 6 done')
  expect(text()).toContain('about 0:05 left')
  await close()
})

test('what takes twice as long as usual is named once while it runs, and in its line', async () => {
  for (const isTTY of [true, false]) {
    const { clock, text, feed, close } = session(isTTY, { columns: 200 })
    feed([usually(2000), ...stormRun.slice(2, 5)])
    await clock.advance(3900)
    expect(text()).not.toContain('SLOW')
    await clock.advance(5000)
    const lines = text().split('\n')
    expect(lines.filter((line) => line.includes('SLOW'))).toEqual([
      expect.stringMatching(/^SLOW storm\/buffers 4s, usually 2s$/),
      expect.stringMatching(/^SLOW dedup\/joins 4s, usually 2s: send cpu scenarios\/dedup\/joins.yaml:7$/),
    ])
    feed(stormRun.slice(9, 10))
    await clock.advance(100)
    expect(text()).toContain('(4.2s, thread 1) SLOW, usually 2s')
    await close()
  }
})

test('nothing is written while nothing changes, and one frame at most in a tenth of a second', async () => {
  const { clock, screen, feed, close } = session(true)
  feed(stormRun.slice(0, 5))
  await clock.advance(0)
  const first = screen.writes.length
  expect(first).toBe(1)
  for (let count = 0; count < 50; count += 1) {
    feed(stormRun.slice(5, 7))
    await clock.advance(2)
  }
  expect(screen.writes.length).toBeLessThanOrEqual(first + 1)
  const before = screen.writes.length
  await clock.advance(10_000)
  // The seconds of the run and of the step.
  expect(screen.writes.length - before).toBeLessThanOrEqual(20)
  expect(screen.writes.length - before).toBeGreaterThanOrEqual(10)
  await close()
})

test('the cursor is hidden while there is a footer, rests above it, and is back at the end', async () => {
  const { clock, screen, text, feed, close } = session(true)
  feed(stormRun.slice(0, 6))
  await clock.advance(200)
  expect(screen.cursor).toBe(false)
  expect(text().split('\n')[screen.row]).toBe('0 of 6 done · 2 running · 0:00')
  await close()
  expect(screen.cursor).toBe(true)
  expect(text().split('\n')[screen.row]).toBe('')
  expect(screen.listeners).toBe(0)
})

test('another width in the middle leaves nothing of the footer behind', async () => {
  const { clock, screen, text, feed, close } = session(true)
  feed(stormRun.slice(0, 6))
  await clock.advance(1000)
  for (const columns of [20, 100, 9, 60]) {
    screen.resize(columns)
    await clock.advance(600)
    const done = text()
      .split('\n')
      .filter((line) => line.includes('0 of 6'))
    expect(done).toHaveLength(1)
    expect(text().split('\n').slice(screen.row)).toHaveLength(3)
  }
  feed(stormRun.slice(6))
  await close()
  expect(text()).not.toMatch(/\d of 6 done|sets up/)
})

test('what others write comes above the footer, which is whole again afterwards', async () => {
  const clock = new ManualClock()
  const screen = new FakeTerminal(COLUMNS)
  const write = (text: string): void => screen.write(text)
  const sink = { write, isTTY: true, columns: COLUMNS, rows: 24 }
  const options = { sink, colour: { env: {}, flag: 'never' }, unicode: true, clock } as const
  const reporter = createReporter('list', { ...options, sourceOf: () => undefined })
  const delivery = deliverTo([{ name: 'none' }, reporter], () => undefined)
  const state = reduce(initialState, stormRun[0]!)
  delivery.on(stormRun[0]!, state)
  await clock.advance(1000)
  delivery.beside(() => write('warning: the redis server is old\n'))
  await clock.advance(1000)
  expect(screen.text()).toMatch(/^warning: the redis server is old\n0 of 6 done.*$/m)
  expect(screen.text().match(/of 6 done/g)).toHaveLength(1)
  await delivery.close(state)
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
  const footer = text().split('\n').slice(-10)
  expect(footer[0]).toContain('0 of 11 done')
  expect(footer.at(-1)).toBe('  and 3 more')
  for (const line of footer) expect(widthOfText(line)).toBeLessThan(COLUMNS)
  await close()
})

test('what is left on a live terminal is what a log has', async () => {
  const size = { columns: 200, rows: 100 }
  const [live, log] = [session(true, size), session(false, size)]
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
