import { expect, test } from 'vitest'
import type { KnownGap } from '../scenario/scenario.ts'
import { scenario } from './testing/fake-run.ts'
import { gapWarning, verdict, type AttemptEnd } from './verdict.ts'

const gap: KnownGap = { defect: 'GW-12', on: ['v1'], step: 'one object', sometimes: false, reason: 'lost' }
const failure = { outcome: 'failed', code: 'X', message: 'two objects' } as const
const failed = (failedAt: readonly string[]): AttemptEnd => ({
  attempt: 1,
  outcome: 'failed',
  ms: 1,
  failure,
  failedAt,
})
const passed: AttemptEnd = { attempt: 1, outcome: 'passed', ms: 1 }

const judge = (end: AttemptEnd, version: string | undefined, more: Partial<KnownGap> = {}) =>
  verdict(scenario({ knownGap: { ...gap, ...more } }), [end], {
    today: '2025-11-24',
    ...(version === undefined ? {} : { version }),
  })

test('on its version a failure at its step is the gap', () => {
  expect(judge(failed(['inner', 'one object']), 'v1')).toEqual({
    again: false,
    outcome: 'gap',
    failure,
    reason: 'known gap GW-12 of v1: lost',
  })
})

test('a gap without a step is met by any failure', () => {
  const { step: _, ...anywhere } = gap
  const one = verdict(scenario({ knownGap: anywhere }), [failed([])], { today: '2025-11-24', version: 'v1' })
  expect(one).toMatchObject({ outcome: 'gap' })
})

test('a failure at another step, and a broken attempt, are what they are', () => {
  expect(judge(failed(['elsewhere']), 'v1')).toMatchObject({
    outcome: 'failed',
    failure,
    reason: 'the known gap GW-12 is at the step "one object", and it failed at the step "elsewhere"',
  })
  expect(judge({ attempt: 1, outcome: 'broken', ms: 1 }, 'v1')).toEqual({ again: true })
})

test('a pass on that version closes the gap, unless it comes only sometimes', () => {
  expect(judge(passed, 'v1')).toEqual({
    again: false,
    outcome: 'failed',
    failure: {
      outcome: 'failed',
      code: 'GAP_CLOSED',
      message: 'the gap is closed, remove the marker: it passes on v1, where GW-12 was to make it fail',
    },
  })
  expect(judge(passed, 'v1', { sometimes: true })).toEqual({ again: false, outcome: 'passed' })
})

test('in quarantine a gap that is closed fails no run', () => {
  const quarantine = { owner: 'ana', issue: 'GW-7', until: '2025-12-31' }
  const judged = verdict(scenario({ knownGap: gap, quarantine }), [passed], {
    today: '2025-11-24',
    version: 'v1',
  })
  expect(judged).toMatchObject({ outcome: 'quarantined', failure: { code: 'GAP_CLOSED' } })
})

test('on any other version the marker says nothing', () => {
  for (const version of ['v2', 'unknown', undefined]) {
    expect(judge(passed, version)).toEqual({ again: false, outcome: 'passed' })
    expect(judge(failed(['one object']), version)).toMatchObject({ outcome: 'failed' })
  }
})

test('where nobody can tell the version, the reader is warned', () => {
  expect(gapWarning(scenario({ knownGap: gap }), 'unknown')).toContain('KNOWN_GAP_IGNORED')
  expect(gapWarning(scenario({ knownGap: gap }), 'v2')).toBeUndefined()
  expect(gapWarning(scenario(), 'unknown')).toBeUndefined()
})

test('a quarantine that has ended, and a flaky scenario, say so', () => {
  const quarantine = { owner: 'qa', issue: 'GW-7', until: '2025-11-01' }
  expect(verdict(scenario({ quarantine }), [failed([])], { today: '2025-11-24' })).toMatchObject({
    outcome: 'failed',
    reason: 'the quarantine by qa ended on 2025-11-01: GW-7',
  })
  const ends = [failed([]), { ...passed, attempt: 2 }]
  expect(verdict(scenario({ retries: 1 }), ends, { today: '2025-11-24' })).toMatchObject({
    outcome: 'flaky',
    failure,
    reason: 'failed in attempt 1, passed in attempt 2',
  })
})
