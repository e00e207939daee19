import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'

import type { Event } from '../events/event.ts'
import { decodeLog, encodeEvent, headerLine } from '../events/ndjson.ts'
import { reduce } from '../events/reduce.ts'
import { initialState } from '../events/run-state.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Reporter, Sink } from './define.ts'
import { createReporter, reporterNames, type ReporterName, type ReporterOptions } from './index.ts'
import { HOSTILE, withTexts } from './testing/hostile.ts'
import { nothingRan } from './testing/outcomes-run.ts'
import { mismatchFailure, sources, stormRun } from './testing/storm-run.ts'

function throughLog(events: readonly Event[]): readonly Event[] {
  return decodeLog(headerLine + events.map(encodeEvent).join('')).events
}

async function report(
  name: ReporterName,
  events: readonly Event[],
  options: Partial<ReporterOptions> = {},
): Promise<string> {
  let written = ''
  const sink: Sink = { write: (text) => (written += text), isTTY: false, columns: 80 }
  const reporter: Reporter = createReporter(name, {
    sink,
    colour: { env: {} },
    unicode: true,
    sourceOf: (file) => sources[file],
    clock: new ManualClock(),
    reports: ['html: out/report.html'],
    ...options,
  })
  let state = initialState
  for (const event of events) {
    state = reduce(state, event)
    reporter.on?.(event, state)
  }
  await reporter.close?.(state)
  return written
}

const cutShort = stormRun.slice(0, 7)

describe.each<[string, readonly Event[]]>([
  ['storm', stormRun],
  ['nothing-ran', nothingRan],
  ['cut-short', cutShort],
  ['empty', []],
])('%s', (run, events) => {
  test.each(reporterNames)('as %s, live and from its log', async (name) => {
    const live = await report(name, events)
    await expect(live).toMatchFileSnapshot(`testing/golden/${run}.${name}.txt`)
    expect(await report(name, throughLog(events))).toBe(live)
  })
})

describe('the list', () => {
  test('is ASCII where the terminal speaks no other', async () => {
    const text = await report('list', stormRun, { unicode: false })
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
    await expect(text).toMatchFileSnapshot('testing/golden/storm.list.ascii.txt')
  })

  test('says the same with colours as without', async () => {
    const coloured = await report('list', stormRun, { colour: { env: {}, flag: 'always' } })
    expect(coloured).toContain('\u001b[31m')
    expect(stripVTControlCharacters(coloured)).toBe(await report('list', stormRun))
  })

  test.each(['list', 'dot', 'minimal'] as const)(
    'of %s lets nothing through that a CI or a terminal obeys',
    async (name) => {
      const text = await report(name, withTexts(stormRun, HOSTILE), {
        reports: [HOSTILE],
        sourceOf: () => HOSTILE,
      })
      expect(text).toContain('\\x1b')
      expect(text).not.toMatch(/^\s*::/m)
      expect(text).not.toContain('##[')
      expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u)
    },
  )

  test('cuts a body after 2 KiB and a list of mismatches after twelve', async () => {
    const failure = {
      ...mismatchFailure,
      mismatches: Array.from({ length: 30 }, (_, index) => ({
        path: `p${index}`,
        expected: 'x',
        actual: index,
      })),
    }
    const events = stormRun.map((event): Event => {
      if (event.type === 'exchange:seen')
        return { ...event, exchange: { ...event.exchange, body: 'ä'.repeat(5000) } }
      return event.type === 'scenario:ended' && event.failure !== undefined ? { ...event, failure } : event
    })
    const text = await report('list', events)
    expect(text).toContain('and 18 more')
    expect(text).toContain('(7952 bytes more are in the event log)')
    expect(text.match(/ä+/)?.[0]).toHaveLength(1024)
  })

  test('names the line in the command to run it again where a file holds several', async () => {
    const text = await report('minimal', stormRun)
    expect(text).toContain('npx gwscen run scenarios/dedup/two.yaml:9\n')
    expect(text).toContain('npx gwscen run scenarios/dedup/joins.yaml\n')
  })
})

describe('json', () => {
  test('is one document with every planned scenario in the order of the plan', async () => {
    const document = JSON.parse(await report('json', stormRun)) as {
      scenarios: { id: string; outcome: string }[]
    }
    expect(document.scenarios.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'storm/buffers passed',
      'dedup/joins failed',
      'dedup/expiry flaky',
      'dedup/two#1 skipped',
      'dedup/two#2 broken',
      'storm/kept unfinished',
    ])
  })
})
