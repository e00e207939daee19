import { describe, expect, test } from 'vitest'

import type { Event, EventBody } from './event.ts'
import { exitCode } from './exit-code.ts'
import { reduce } from './reduce.ts'
import { failureOf, initialState, unfinishedOf, type RunState } from './run-state.ts'

const plan = (id: string) => ({ id, name: id, file: `${id}.yaml`, line: 1, tags: [], profile: 'storm' })
const span = { file: 'a.yaml', line: 3, col: 5, start: 20, end: 24 }
const failure = { outcome: 'failed', code: 'STATUS', message: 'status: expected 202, got 500' } as const

const started = (...ids: string[]): EventBody => ({
  type: 'run:started',
  run: 'r1',
  version: '0.1.0',
  wall: 0,
  target: 'embedded',
  profiles: ['storm'],
  threads: 2,
  threadsReason: '2 CPUs',
  lanes: 4,
  clock: 'real',
  seed: 's',
  redis: 'js',
  gateway: 'g',
  scenarios: ids.map(plan),
})
const begun = (scenario: string, attempt = 1): EventBody => ({
  type: 'scenario:started',
  scenario,
  attempt,
  thread: 1,
  lane: 0,
  namespaces: { app: `ns-${scenario}` },
})
const ended = (
  scenario: string,
  outcome: Extract<EventBody, { type: 'scenario:ended' }>['outcome'],
): EventBody => ({ type: 'scenario:ended', scenario, outcome, ms: 5, attempts: 1 })
const runEnded: EventBody = { type: 'run:ended', ms: 9, phases: { scenarios: 9 }, busy: 0.5 }

function play(...bodies: EventBody[]): RunState {
  return bodies
    .map((body, seq): Event => ({ ...body, seq, at: seq }))
    .reduce((state, event) => reduce(state, event), initialState)
}

describe('reduce', () => {
  test('follows a scenario through its steps and attempts to its end', () => {
    const place = { scenario: 'a', attempt: 1, step: 'steps.0' }
    const exchange = { method: 'POST', path: '/x', requestHeaders: {}, status: 500, ms: 3 }
    const running = play(
      started('a', 'b'),
      begun('a'),
      { type: 'step:started', ...place, verb: 'send', title: 'send it', span },
      { type: 'exchange:seen', ...place, exchange },
      { type: 'note:written', ...place, text: 'hello' },
      { type: 'step:ended', ...place, verb: 'send', outcome: 'failed', ms: 3, failure },
    )
    const attempt = running.running.get('a')?.attempts[0]
    expect(attempt).toMatchObject({
      thread: 1,
      namespaces: { app: 'ns-a' },
      notes: ['hello'],
      lastExchange: { step: 'steps.0', exchange },
    })
    expect(attempt?.steps.all).toMatchObject([
      { step: 'steps.0', verb: 'send', startedAt: 2, outcome: 'failed', ms: 3 },
    ])
    expect(unfinishedOf(running).map((one) => one.id)).toEqual(['a', 'b'])
  })

  test('knows until when a step waits and what it saw last, as long as it waits', () => {
    const place = { scenario: 'a', attempt: 1, step: 'steps.0' }
    const waiting = play(
      started('a'),
      begun('a'),
      { type: 'step:started', ...place, verb: 'expect', title: '', span },
      { type: 'step:waiting', ...place, ms: 5000 },
      { type: 'step:waiting', ...place, ms: 4000, seen: 'found 1 of 2' },
    )
    const stepOf = (state: RunState) => state.running.get('a')?.attempts[0]?.steps.all[0]
    expect(stepOf(waiting)?.waiting).toEqual({ until: 4004, seen: 'found 1 of 2' })
    const ended = { type: 'step:ended', ...place, verb: 'expect', outcome: 'passed', ms: 3 } as const
    expect(stepOf(reduce(waiting, { ...ended, seq: 9, at: 9 }))).not.toHaveProperty('waiting')
  })

  test('keeps the failure of the first attempt of a flaky scenario and the steps of the last one', () => {
    const first = { scenario: 'a', attempt: 1, step: 'steps.0' }
    const state = play(
      started('a'),
      begun('a'),
      { type: 'step:started', ...first, verb: 'send', title: '', span },
      { type: 'attempt:ended', scenario: 'a', attempt: 1, outcome: 'failed', ms: 2, failure, leftovers: [] },
      begun('a', 2),
      { type: 'step:started', ...first, attempt: 2, verb: 'send', title: '', span },
      { type: 'attempt:ended', scenario: 'a', attempt: 2, outcome: 'passed', ms: 2, leftovers: [] },
      ended('a', 'flaky'),
    )
    const record = state.finished.all[0]
    expect(record?.attempts.map((one) => [one.outcome, one.steps.length])).toEqual([
      ['failed', 0],
      ['passed', 1],
    ])
    expect(record && failureOf(record)).toEqual(failure)
    expect(state.counts).toMatchObject({ flaky: 1, passed: 0, failed: 0 })
    expect(state.running.size).toBe(0)
  })

  test('ends the open pass of a step that a loop begins again', () => {
    const place = { scenario: 'a', attempt: 1, step: 'steps.0' }
    const begin: EventBody = { type: 'step:started', ...place, verb: 'send', title: '', span }
    const end: EventBody = { type: 'step:ended', ...place, verb: 'send', outcome: 'passed', ms: 1 }
    const state = play(started('a'), begun('a'), begin, end, begin)
    expect(state.running.get('a')?.attempts[0]?.steps.all.map((step) => step.outcome)).toEqual([
      'passed',
      undefined,
    ])
  })

  test('leaves earlier states as they were', () => {
    const before = play(started('a'), begun('a'))
    const copy = structuredClone(before)
    reduce(before, { ...ended('a', 'passed'), seq: 9, at: 9 })
    expect(before).toEqual(copy)
  })

  test('ignores what is said of scenarios nobody planned or that have ended', () => {
    const state = play(
      started('a'),
      begun('x'),
      ended('x', 'failed'),
      ended('a', 'passed'),
      ended('a', 'failed'),
    )
    expect(state.counts).toMatchObject({ passed: 1, failed: 0 })
    expect(state.finished).toHaveLength(1)
  })

  test('lists a leftover once, and remembers the forwards of a lost thread', () => {
    const leftover = { what: 'namespace ns-a', reason: 'timeout', command: 'kubectl delete ns ns-a' }
    const forward = { profile: 'storm', to: 'gateway', localPort: 4000, pod: 'g/p' } as const
    const state = play(
      started('a'),
      { type: 'thread:ready', thread: 1, forwards: [forward] },
      begun('a'),
      { type: 'attempt:ended', scenario: 'a', attempt: 1, outcome: 'passed', ms: 1, leftovers: [leftover] },
      { type: 'leftover:found', ...leftover, reason: 'still there' },
      { type: 'thread:lost', thread: 1, reason: 'exit 1' },
    )
    expect(state.leftovers).toEqual([{ ...leftover, reason: 'still there' }])
    expect(state.threads.get(1)).toEqual({ thread: 1, forwards: [forward], lost: 'exit 1' })
  })
})

describe('exitCode', () => {
  const error: EventBody = {
    type: 'problem:raised',
    problem: { code: 'X', severity: 'error', message: 'm', span },
  }
  const interrupted: EventBody = { type: 'run:interrupted', signal: 'SIGTERM', times: 1 }
  const leftover: EventBody = { type: 'leftover:found', what: 'w', reason: 'r', command: 'c' }
  const worst: EventBody[] = [
    started('a', 'b'),
    error,
    interrupted,
    leftover,
    ended('a', 'failed'),
    ended('b', 'broken'),
  ]

  test.each<[number, string, EventBody[], Parameters<typeof exitCode>[1]]>([
    [70, 'an internal error', [...worst, { ...runEnded, internalError: 'bug' }], { outputFailed: true }],
    [74, 'output that failed', [...worst, runEnded], { outputFailed: true }],
    [143, 'a signal', [...worst, runEnded], {}],
    [130, 'Ctrl-C', [started('a'), { ...interrupted, signal: 'SIGINT' }, ended('a', 'failed')], {}],
    [2, 'a problem', worst.filter((body) => body !== interrupted), {}],
    [3, 'a broken scenario', [started('a', 'b'), leftover, ended('a', 'failed'), ended('b', 'broken')], {}],
    [3, 'a target that did not come up', [started(), { ...runEnded, targetError: { message: 'm' } }], {}],
    [1, 'a failed scenario', [started('a'), leftover, ended('a', 'failed')], {}],
    [1, 'a flaky one when asked', [started('a'), ended('a', 'flaky')], { failOnFlaky: true }],
    [
      1,
      'a failure that stopped the rest',
      [started('a', 'b'), ended('a', 'failed'), ended('b', 'cancelled')],
      {},
    ],
    [3, 'a run cut short', [started('a'), ended('a', 'cancelled'), leftover], {}],
    [3, 'a log that ends in the middle', [started('a', 'b'), ended('a', 'passed')], {}],
    [5, 'something left', [started('a'), leftover, ended('a', 'passed')], {}],
    [4, 'nothing selected', [started(), runEnded], {}],
    [
      0,
      'all well',
      [
        started('a', 'b', 'c', 'd'),
        ...(['flaky', 'skipped', 'gap', 'quarantined'] as const).map((outcome, index) =>
          ended('abcd'.charAt(index), outcome),
        ),
        runEnded,
      ],
      {},
    ],
  ])('%i for %s', (code, _why, bodies, options) => {
    expect(exitCode(play(...bodies), options)).toBe(code)
  })

  test('a warning alone is no problem', () => {
    const warning: EventBody = {
      type: 'problem:raised',
      problem: { code: 'X', severity: 'warning', message: 'm', span },
    }
    expect(exitCode(play(started('a'), warning, ended('a', 'passed'), runEnded))).toBe(0)
  })
})
