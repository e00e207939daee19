import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { Parser } from 'tap-parser'
import { validateXML } from 'xmllint-wasm'
import { describe, expect, test } from 'vitest'
import type { Event } from '../../events/event.ts'
import { decodeLog, encodeEvent, headerLine } from '../../events/ndjson.ts'
import { made } from '../testing/made.ts'
import { HOSTILE, withTexts } from '../testing/hostile.ts'
import { nothingRan, outcomesRun } from '../testing/outcomes-run.ts'
import { eventsOf, runStarted, stormRun } from '../testing/storm-run.ts'
import { reportKinds } from './index.ts'

/** Everything that is one page of text. */
const TEXTS = ['junit', 'gitlab', 'tap', 'markdown', 'github', 'sarif'] as const
const RUNS: readonly (readonly [string, readonly Event[]])[] = [
  ['outcomes', outcomesRun],
  ['storm', stormRun],
  ['nothing-ran', nothingRan],
  ['cut-short', stormRun.slice(0, 7)],
  ['empty', []],
  ['hostile', withTexts(stormRun, HOSTILE)],
]

describe.each(TEXTS)('%s', (kind) => {
  test('of a scenario of each outcome', async () => {
    await expect(await made(kind, outcomesRun)).toMatchFileSnapshot(`../testing/golden/reports/${kind}.txt`)
  })
})

describe.each(RUNS)('%s', (_name, events) => {
  const log = headerLine + events.map(encodeEvent).join('')

  test.each(reportKinds)('%s is the same from the log as live', async (kind) => {
    expect(await made(kind, decodeLog(log).events)).toBe(await made(kind, events))
  })

  test('ndjson is the log', async () => expect(await made('ndjson', events)).toBe(log))

  test('junit is what Jenkins accepts, and gitlab is that with places', async () => {
    const [strict, placed] = [await made('junit', events), await made('gitlab', events)]
    const schema = readFileSync(new URL('../testing/schemas/junit.xsd', import.meta.url), 'utf8')
    const { errors } = await validateXML({ xml: { fileName: 'junit.xml', contents: strict }, schema })
    expect(errors).toEqual([])
    expect(placed.replaceAll(/(<testcase [^>]*?) file="[^"]*" line="\d+"/g, '$1')).toBe(strict)
  })

  test('tap is what a strict parser reads', async () => {
    const text = await made('tap', events)
    expect(parseTap(text).tapErrors).toEqual([])
    expect(text).toMatch(/^TAP version 14\n(1\.\.\d|Bail out!)/)
  })

  test('sarif has the shape of SARIF 2.1.0', async () => {
    const check = new Ajv({ strict: false }).compile(sarifShape)
    expect(check(JSON.parse(await made('sarif', events))), JSON.stringify(check.errors)).toBe(true)
  })

  test('github has nothing but commands, one on each line', async () => {
    const text = await made('github', events)
    for (const line of text.split('\n').slice(0, -1))
      expect(line).toMatch(/^::(error|warning) (\w+=[^:,\r]*)(,\w+=[^:,\r]*)*::[^\r]*$/)
    expect(text).not.toMatch(/\p{Cc}(?<!\n)|\p{Cs}/u)
  })

  test('markdown has no HTML, link or cell but its own', async () => {
    const text = await made('markdown', events)
    const outside = withoutFences(text).replaceAll(/<\/?(details|summary|br)>/g, '')
    expect(outside).not.toMatch(/[<>`[\]@]/)
    expect(outside).not.toMatch(/\p{Cc}(?<!\n)/u)
    for (const row of outside.split('\n').filter((line) => line.startsWith('|')))
      expect(row.split('|')).toHaveLength(4)
  })
})

test('tap tells passes, failures, skips and what is known to fail', async () => {
  const { results } = parseTap(await made('tap', outcomesRun))
  const words = results.map(({ ok, name, skip, todo }) => {
    const kind = skip !== false ? 'skip' : todo !== false ? 'todo' : ok ? 'ok' : 'not ok'
    return `${name.replace(/:.*/, '')} ${kind}`
  })
  expect(words).toEqual([
    'all/passed ok',
    'all/failed not ok',
    'all/broken not ok',
    'all/flaky ok',
    'all/skipped skip',
    'all/quarantined todo',
    'all/gap todo',
    'all/cancelled not ok',
    'all/cut not ok',
    'all/never not ok',
    'all/two[a] ok',
    'all/two[b] ok',
  ])
  expect(results[1]?.diag).toMatchObject({
    outcome: 'failed',
    code: 'RESPONSE_MISMATCH',
    message: 'response: expected status 202, got 500',
    at: { file: 'scenarios/dedup/joins.yaml', line: 7, column: 17 },
  })
})

test('a hostile name is the name of one point still', async () => {
  const { results, bailout } = parseTap(await made('tap', withTexts(outcomesRun, HOSTILE)))
  expect(results).toHaveLength(12)
  expect(bailout).toBeUndefined()
})

test('github shows nine of many and says how many more there are', async () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ ...runStarted.scenarios[0]!, id: `s/${index}` }))
  const failure = { outcome: 'failed', code: 'X', message: 'wrong' } as const
  const events = eventsOf([
    { ...runStarted, scenarios: many },
    ...many.map(({ id }) => ({
      type: 'scenario:ended' as const,
      scenario: id,
      outcome: 'failed' as const,
      ms: 1,
      attempts: 1,
      failure,
    })),
  ])
  const lines = (await made('github', events)).split('\n').slice(0, -1)
  expect(lines).toHaveLength(10)
  expect(lines.at(-1)).toBe('::error title=gwscen::and 21 more; see the log')
})

test('markdown stays below what a job summary may have, and says what is missing', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => ({
    ...runStarted.scenarios[0]!,
    id: `s/${index}`,
  }))
  const text = await made('markdown', eventsOf([{ ...runStarted, scenarios: many }]))
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
  expect(text).toMatch(/\d+ more entries do not fit here; the other reports have them\.\n$/)
})

interface Point {
  readonly ok: boolean
  readonly name: string
  readonly skip: string | boolean
  readonly todo: string | boolean
  readonly diag?: unknown
}

function parseTap(text: string): {
  readonly results: readonly Point[]
  readonly tapErrors: readonly string[]
  readonly bailout: unknown
} {
  const results: Point[] = []
  const tapErrors: string[] = []
  let bailout: unknown
  const parser = new Parser({ strict: true })
  parser.on('assert', (point: Point & { readonly tapError?: string }) => {
    results.push(point)
  })
  parser.on('bailout', (reason: unknown) => (bailout = reason))
  // What is not TAP is handed on as `extra`.
  parser.on('extra', (line: string) => tapErrors.push(line))
  parser.end(text)
  return { results, tapErrors, bailout }
}

function withoutFences(text: string): string {
  let fence: string | undefined
  const outside: string[] = []
  for (const line of text.split('\n')) {
    const marks = /^\s*(`{3,})/.exec(line)?.[1]
    if (fence === undefined && marks !== undefined) fence = marks
    else if (fence !== undefined && line.trim() === fence) fence = undefined
    else if (fence === undefined) outside.push(line)
  }
  expect(fence).toBeUndefined()
  return outside.join('\n')
}

const text = { type: 'string', minLength: 1 }
const message = { type: 'object', required: ['text'], properties: { text } }
const atLeastOne = { type: 'integer', minimum: 1 }
const sarifShape = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: {
    $schema: text,
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['tool', 'results'],
        additionalProperties: false,
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: text,
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: { type: 'object', required: ['id'], properties: { id: text } },
                  },
                },
              },
            },
          },
          invocations: {
            type: 'array',
            items: {
              type: 'object',
              required: ['executionSuccessful'],
              properties: {
                executionSuccessful: { type: 'boolean' },
                toolExecutionNotifications: {
                  type: 'array',
                  items: { type: 'object', required: ['message'], properties: { message } },
                },
              },
            },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              additionalProperties: false,
              properties: {
                ruleId: text,
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message,
                locations: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            properties: { uri: { type: 'string', pattern: "^[\\w.~!*'()%/-]+$" } },
                          },
                          region: {
                            type: 'object',
                            properties: {
                              startLine: atLeastOne,
                              startColumn: atLeastOne,
                              charOffset: { type: 'integer', minimum: -1 },
                              charLength: { type: 'integer', minimum: 0 },
                            },
                          },
                        },
                      },
                    },
                  },
                },
                properties: { type: 'object', properties: { tags: { type: 'array', uniqueItems: true } } },
              },
            },
          },
        },
      },
    },
  },
}
