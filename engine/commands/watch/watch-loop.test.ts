import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../testing/manual-clock.ts'
import { renderLines } from '../../reporters/text.ts'
import type { Signal } from '../world.ts'
import type { Choice } from './choice.ts'
import { WatchLoop, type RoundEnd } from './watch-loop.ts'

/** Everything around the loop, in memory. Each round lasts until the test ends it. */
class Desk {
  readonly clock = new ManualClock()
  readonly rounds: string[] = []
  text = ''
  open = 0
  report: string | undefined
  #key: ((key: string) => void) | undefined
  #change: ((file: string) => void) | undefined
  #signal: ((signal: Signal) => void) | undefined
  #end: ((end: RoundEnd) => void) | undefined
  readonly ended: Promise<number>

  constructor() {
    this.ended = new WatchLoop({
      clock: this.clock,
      keyboard: { onKey: (listener) => this.#opened(() => (this.#key = listener)) },
      onChange: (listener) => {
        const close = this.#opened(() => (this.#change = listener))
        return () => {
          close()
          return Promise.resolve()
        }
      },
      onSignal: (listener) => this.#opened(() => (this.#signal = listener)),
      round: (choice) => {
        this.rounds.push(shown(choice))
        return new Promise((resolve) => (this.#end = resolve))
      },
      report: () => this.report,
      shownPath: (file) => file.slice(1),
      write: (text) => (this.text += text),
      show: (lines) => (this.text += renderLines(lines)),
      dot: '|',
    }).run()
  }

  #opened(open: () => void): () => void {
    open()
    this.open += 1
    return () => void (this.open -= 1)
  }

  async end(code = 0, stopped = false): Promise<void> {
    this.#end?.({ code, stopped })
    await this.clock.advance(0)
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#key?.(key)
    await this.clock.advance(0)
  }

  async type(text: string): Promise<void> {
    await this.press(...Array.from(text), 'enter')
  }

  touch(...files: readonly string[]): void {
    for (const file of files) this.#change?.(file)
  }

  async change(file: string): Promise<void> {
    this.touch(file)
    await this.clock.advance(100)
  }

  async interrupt(signal: Signal): Promise<void> {
    this.#signal?.(signal)
    await this.clock.advance(0)
  }
}

function shown(choice: Choice): string {
  if (choice.what === 'name') return `name ${String(choice.name)}`
  if (choice.what === 'tags') return `tags ${choice.text}, ${choice.tags(['a'])}, ${choice.tags(['b'])}`
  return choice.what === 'files' ? `files ${[...choice.files].join(' ')}` : choice.what
}

let desk: Desk
beforeEach(async () => {
  desk = new Desk()
  await desk.clock.advance(0)
})

test('everything runs at first, then what keys ask for', async () => {
  await desk.end(1)
  expect(desk.text).toContain('watching for changes | a all | f failed | r again')
  await desk.press('f')
  await desk.end(1)
  await desk.press('r')
  await desk.end()
  await desk.press('a')
  await desk.end()
  await desk.press('x')
  expect(desk.rounds).toEqual(['all', 'failed', 'failed', 'all'])
})

test('q ends it with the exit code of the last run, and nothing stays open', async () => {
  await desk.end(1)
  await desk.press('q')
  expect(await desk.ended).toBe(1)
  expect(desk.open).toBe(0)
  expect(desk.clock.pending).toBe(0)
})

test('files that change together are one run, which names them', async () => {
  await desk.end()
  desk.touch('/b.yaml', '/a.yaml')
  await desk.clock.advance(50)
  desk.touch('/b.yaml')
  await desk.clock.advance(99)
  expect(desk.rounds).toEqual(['all'])
  await desk.clock.advance(1)
  expect(desk.rounds).toEqual(['all', 'files /b.yaml /a.yaml'])
  expect(desk.text).toContain('changed: a.yaml, b.yaml\n')
  await desk.end()
  await desk.press('r')
  expect(desk.rounds.at(-1)).toBe('files /b.yaml /a.yaml')
})

test('what changes while something runs is run afterwards', async () => {
  await desk.change('/a.yaml')
  await desk.press('a')
  expect(desk.rounds).toEqual(['all'])
  await desk.end()
  await desk.clock.advance(100)
  expect(desk.rounds).toEqual(['all', 'files /a.yaml'])
  await desk.end()
  await desk.clock.advance(1000)
  expect(desk.rounds).toHaveLength(2)
})

test('p asks for a name and t for tags; Backspace takes back, Escape and an empty line do nothing', async () => {
  await desk.end()
  await desk.press('p')
  await desk.type('sto')
  expect(desk.rounds.at(-1)).toBe('name /sto/u')
  await desk.end()
  await desk.press('t', 'x', 'backspace')
  await desk.type('a and not b')
  expect(desk.rounds.at(-1)).toBe('tags a and not b, true, false')
  await desk.end()
  await desk.press('p', 'a', 'escape')
  await desk.press('t', 'enter')
  expect(desk.rounds).toHaveLength(3)
  await desk.press('q')
  expect(await desk.ended).toBe(0)
})

test('a name that is no pattern and tags that make no sense are said to be so', async () => {
  await desk.end()
  await desk.press('p')
  await desk.type('(')
  expect(desk.text).toMatch(/Invalid regular expression/)
  await desk.press('t')
  await desk.type('a b')
  expect(desk.text).toContain('b is not expected there; join tags with and, or, not')
  expect(desk.rounds).toEqual(['all'])
})

test('a change waits until the question is answered', async () => {
  await desk.end()
  await desk.press('p', 's')
  await desk.change('/a.yaml')
  expect(desk.rounds).toEqual(['all'])
  await desk.press('escape')
  await desk.clock.advance(100)
  expect(desk.rounds).toEqual(['all', 'files /a.yaml'])
})

test('o names the report, or how to get one', async () => {
  await desk.end()
  await desk.press('o')
  expect(desk.text).toContain('no report is written: --report html=report.html')
  desk.report = 'file:///out/report.html'
  await desk.press('o')
  expect(desk.text).toContain('file:///out/report.html\n')
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while nothing runs ends it with %i, also in a question', async (signal, code) => {
  await desk.end(1)
  await desk.press('p')
  await desk.interrupt(signal)
  expect(await desk.ended).toBe(code)
  expect(desk.open).toBe(0)
})

test('a run that is stopped ends it', async () => {
  await desk.press('q')
  await desk.end(130, true)
  expect(await desk.ended).toBe(130)
})

test('Ctrl-C before the run could hear it ends it after the run', async () => {
  await desk.interrupt('SIGINT')
  await desk.end(2)
  expect(await desk.ended).toBe(2)
})
