import { describe, expect, test } from 'vitest'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { StepList } from '../../events/step-list.ts'
import { unicodeSymbols } from '../symbols.ts'
import { renderLines } from '../text.ts'
import { mismatchFailure, sources } from '../testing/storm-run.ts'
import { wrap } from '../wrap.ts'
import { failureBlock } from './failure-block.ts'

const manyLines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n')
const attempt = {
  ...{ attempt: 1, thread: 1, lane: 0, namespaces: {}, startedAt: 0, steps: StepList.empty, warnings: [] },
  notes: ['expected to join'],
  failure: mismatchFailure,
  further: [{ outcome: 'broken', code: 'API_UNREACHABLE', message: 'the API server did not answer' }],
  lastExchange: {
    step: 'steps.1',
    exchange: {
      ...{ method: 'POST', path: '/x', requestHeaders: {}, requestBody: manyLines },
      ...{ status: 500, body: manyLines, ms: 12 },
    },
  },
} as const
const plan = {
  id: 'dedup/joins',
  name: '',
  file: 'scenarios/dedup/joins.yaml',
  line: 1,
  tags: [],
  profile: '',
}
const record: ScenarioRecord = { plan, attempts: [attempt], outcome: 'failed', failure: mismatchFailure }

function block(columns: number, rows?: number): string {
  const options = {
    sourceOf: (file: string) => sources[file],
    symbols: unicodeSymbols,
    columns,
    rerun: 'npx gwscen run scenarios/dedup/joins.yaml',
    story: 'out/report.html',
    ...(rows === undefined ? {} : { rows }),
  }
  return renderLines(failureBlock(record, options).flatMap((line) => wrap(line, columns)))
}

describe('a failure', () => {
  test.each([
    [80, 24],
    [80, 30],
    [200, 50],
  ])('fits on a screen of %i × %i and says where the rest is', (columns, rows) => {
    const text = block(columns, rows)
    expect(text.split('\n').length).toBeLessThan(rows)
    expect(text).toContain('response: expected status 202, got 500')
    expect(text).toContain('7 |       expect: { status: 202 }')
    expect(text).toContain('actual   500')
    expect(text).toContain('> POST /x')
    expect(text).toContain('< 500')
    expect(text).toMatch(/\(\d+ more lines in out\/report\.html\)/)
    expect(text).toContain('run it again: npx gwscen run scenarios/dedup/joins.yaml')
  })

  test('keeps what is least to be missed on a screen that is too small', () => {
    const text = block(40, 10)
    expect(text).toContain('expected status 202')
    expect(text).toContain('  npx gwscen run scenarios/dedup/joins.yaml\n')
  })

  test('is told whole where there is no screen', () => {
    const text = block(80)
    expect(text).toContain('> line 39')
    expect(text).toContain('< line 39')
    expect(text).not.toContain('more lines')
  })
})

describe('what the gateway and the cluster said', () => {
  const diagnostics = {
    gatewayLog: Array.from({ length: 8 }, (_, index) => `log ${index}`),
    logLinesLeftOut: 2,
    kubernetes: [
      { kind: 'Normal', reason: 'Pulled', namespace: 'n', object: 'Pod/g', message: 'pulled', count: 1 },
      { kind: 'Warning', reason: 'BackOff', namespace: 'n', object: 'Pod/g', message: 'again', count: 3 },
    ],
    missing: ['events of Kubernetes: forbidden'],
  } as const
  const told = { ...record, attempts: [{ ...attempt, diagnostics }] }
  const shown = (rows?: number): string =>
    renderLines(
      failureBlock(told, {
        sourceOf: (file) => sources[file],
        symbols: unicodeSymbols,
        columns: 100,
        rerun: 'r',
        ...(rows === undefined ? {} : { rows }),
      }),
    )

  test('is shown with its newest lines, warnings before all else, and what could not be had', () => {
    const text = shown()
    expect(text).toContain('the gateway wrote (6 of 10 lines):\n    log 2\n')
    expect(text).toContain(
      'Kubernetes told (1 of 2 lines):\n    Warning BackOff Pod/g in n: again (3 times)\n',
    )
    expect(text).toContain('events of Kubernetes: forbidden')
  })

  test('is the first that has no room on a screen', () => {
    const text = shown(30)
    expect(text).not.toContain('log 7')
    expect(text).toContain('> POST /x')
  })
})
