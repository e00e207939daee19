import { expect, test } from 'vitest'
import { canonicalLines } from './canonical.ts'
import type { Event, EventBody } from './event.ts'

const started = (scenario: string, thread: number, attempt = 1): EventBody => ({
  ...{
    type: 'scenario:started',
    scenario,
    attempt,
    thread,
    lane: thread,
    namespaces: { app: `app-${scenario}` },
  },
})
const ended = (scenario: string): EventBody => ({
  ...{ type: 'scenario:ended', scenario, outcome: 'passed', ms: 5, attempts: 1 },
})
const log = (bodies: readonly EventBody[], at: number): readonly Event[] =>
  bodies.map((body, seq) => ({ ...body, seq, at: at + seq }))

test('what ran elsewhere, at another time and in another order is the same', () => {
  const one = log([started('a', 0), ended('a'), started('b', 0), ended('b')], 0)
  const other = log([started('b', 1), started('a', 0), ended('b'), ended('a')], 700)
  expect(canonicalLines(other)).toEqual(canonicalLines(one))
  expect(canonicalLines(one)).toEqual([
    '{"type":"scenario:started","scenario":"a","attempt":1,"namespaces":{"app":"app-a"}}',
    '{"type":"scenario:ended","scenario":"a","outcome":"passed","ms":5,"attempts":1}',
    '{"type":"scenario:started","scenario":"b","attempt":1,"namespaces":{"app":"app-b"}}',
    '{"type":"scenario:ended","scenario":"b","outcome":"passed","ms":5,"attempts":1}',
  ])
})

test('what happened otherwise is another log', () => {
  const one = log([started('a', 0), ended('a')], 0)
  const other = log([started('a', 0), started('a', 0, 2), ended('a')], 0)
  expect(canonicalLines(other)).not.toEqual(canonicalLines(one))
  const late = log([started('a', 0), { ...ended('a'), ms: 6 } as EventBody], 0)
  expect(canonicalLines(late)).not.toEqual(canonicalLines(one))
})

test('what threads say of themselves is left out', () => {
  expect(canonicalLines(log([{ type: 'thread:ready', thread: 0, forwards: [] }], 0))).toEqual([])
})
