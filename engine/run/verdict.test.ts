import { expect, test } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'
import { scenario } from './testing/fake-run.ts'
import { verdict, type AttemptEnd } from './verdict.ts'

type Ending = AttemptEnd['outcome']

function ends(outcomes: readonly Ending[]): AttemptEnd[] {
  return outcomes.map((outcome, index) => ({
    attempt: index + 1,
    outcome,
    ms: 1,
    ...(outcome === 'failed' || outcome === 'broken'
      ? { failure: { outcome, code: 'X', message: `attempt ${index + 1}` } }
      : {}),
  }))
}

const judge = (outcomes: readonly Ending[], more: Partial<Scenario> = {}, today = '2025-11-24') =>
  verdict(scenario(more), ends(outcomes), { today })

test('one attempt decides, unless it is broken', () => {
  expect(judge([])).toEqual({ again: true })
  expect(judge(['passed'])).toEqual({ again: false, outcome: 'passed' })
  expect(judge(['failed'])).toMatchObject({
    again: false,
    outcome: 'failed',
    failure: { message: 'attempt 1' },
  })
  expect(judge(['cancelled'])).toMatchObject({ again: false, outcome: 'cancelled' })
  expect(judge(['broken'])).toEqual({ again: true })
})

test('a broken scenario has one more attempt, and no third', () => {
  expect(judge(['broken', 'passed'])).toEqual({ again: false, outcome: 'passed' })
  expect(judge(['broken', 'failed'])).toMatchObject({ outcome: 'failed', failure: { message: 'attempt 2' } })
  expect(judge(['broken', 'broken'])).toMatchObject({ again: false, outcome: 'broken' })
})

test('what only its file can change is not tried again', () => {
  const brokenBy = (code: string): AttemptEnd[] =>
    ends(['broken']).map((end) => ({ ...end, failure: { outcome: 'broken', code, message: 'm' } }))
  const { again } = verdict(scenario(), brokenBy('UNREACHABLE'), { today: '2025-11-24' })
  expect(again).toBe(true)
  for (const code of ['NOT_SET', 'FOREIGN_KEY', 'FOREIGN_NAMESPACE', 'ENV'])
    expect(verdict(scenario(), brokenBy(code), { today: '2025-11-24' })).toMatchObject({
      again: false,
      outcome: 'broken',
      failure: { code },
    })
})

test('retries count failures alone, and a pass after one is flaky with the first story', () => {
  const twice = { retries: 2 }
  expect(judge(['failed'], twice)).toEqual({ again: true })
  expect(judge(['failed', 'broken'], twice)).toEqual({ again: true })
  expect(judge(['failed', 'broken', 'failed'], twice)).toEqual({ again: true })
  expect(judge(['failed', 'failed', 'failed'], twice)).toMatchObject({ again: false, outcome: 'failed' })
  expect(judge(['failed', 'failed', 'passed'], twice)).toMatchObject({
    again: false,
    outcome: 'flaky',
    failure: { message: 'attempt 1' },
  })
})

test('a quarantined scenario does not fail the run until its time is up', () => {
  const quarantine = { owner: 'qa', issue: 'GW-7', until: '2025-12-01' }
  expect(judge(['failed'], { quarantine })).toMatchObject({
    outcome: 'quarantined',
    failure: { message: 'attempt 1' },
    reason: 'quarantined by qa until 2025-12-01: GW-7',
  })
  expect(judge(['failed'], { quarantine }, '2025-12-01')).toMatchObject({ outcome: 'quarantined' })
  expect(judge(['failed'], { quarantine }, '2025-12-02')).toMatchObject({ outcome: 'failed' })
  expect(judge(['passed'], { quarantine })).toEqual({ again: false, outcome: 'passed' })
  expect(judge(['broken'], { quarantine })).toEqual({ again: true })
  expect(judge(['broken', 'broken'], { quarantine })).toMatchObject({ outcome: 'quarantined' })
  expect(judge(['broken', 'broken'], { quarantine }, '2025-12-02')).toMatchObject({
    outcome: 'broken',
    reason: 'the quarantine by qa ended on 2025-12-01: GW-7',
  })
  expect(judge(['failed'], { quarantine, retries: 1 })).toEqual({ again: true })
})

test('a skipped one says why', () => {
  expect(judge(['skipped'], { skip: { if: '${true}', reason: 'not here' } })).toEqual({
    again: false,
    outcome: 'skipped',
    reason: 'not here',
  })
})
