import { describe, expect, test } from 'vitest'
import type { Outcome } from '../base/failure.ts'
import type { Event, EventBody } from './event.ts'
import { exitCode } from './exit-code.ts'
import { mergeLogs, SameRun, type Log } from './merge.ts'
import { reduce } from './reduce.ts'
import { initialState, unfinishedOf, type RunState } from './run-state.ts'

const failure = { outcome: 'failed', code: 'X', message: 'wrong' } as const

interface Made {
  readonly run: string
  /** Minutes after the first run. */
  readonly minute?: number
  /** Scenario → outcome; one without ran and did not end. */
  readonly ended: Readonly<Record<string, Outcome | undefined>>
  readonly last?: readonly EventBody[]
}

const runEnded: EventBody = { type: 'run:ended', ms: 900, phases: { scenarios: 800 }, busy: 0.5 }

function logOf({ run, minute = 0, ended, last = [runEnded] }: Made): Log {
  const ids = Object.keys(ended)
  const bodies: EventBody[] = [
    {
      ...{
        type: 'run:started',
        run,
        version: '1',
        wall: minute * 60_000,
        target: 'embedded',
        profiles: ['p'],
      },
      ...{
        threads: 2,
        threadsReason: 'r',
        lanes: 4,
        clock: 'real',
        seed: `seed-${run}`,
        redis: 'r',
        gateway: 'g',
      },
      scenarios: ids.map((id) => ({ id, name: id, file: `${id}.yaml`, line: 1, tags: [], profile: 'p' })),
    },
    { type: 'sources:read', texts: Object.fromEntries(ids.map((id) => [`${id}.yaml`, `by ${run}`])) },
    ...Object.entries(ended).flatMap(([scenario, outcome]): EventBody[] => [
      { type: 'scenario:started', scenario, attempt: 1, thread: 1, lane: 0, namespaces: {} },
      { type: 'note:written', scenario, attempt: 1, step: 's', text: `by ${run}` },
      ...(outcome === undefined
        ? []
        : [
            {
              type: 'scenario:ended' as const,
              scenario,
              outcome,
              ms: 5,
              attempts: 1,
              ...(outcome === 'failed' ? { failure } : {}),
            },
          ]),
    ]),
    ...last,
  ]
  return bodies.map((body, index): Event => ({ ...body, seq: index, at: index * 10 }))
}

function stateOf(logs: readonly Log[]): RunState {
  return mergeLogs(logs).events.reduce(reduce, initialState)
}

function outcomes(logs: readonly Log[]): Readonly<Record<string, string>> {
  const { finished } = stateOf(logs)
  return Object.fromEntries(
    finished.map(({ plan, outcome = '', reason }) => [
      plan.id,
      reason === undefined ? outcome : `${outcome}: ${reason}`,
    ]),
  )
}

describe('the parts of a suite', () => {
  const parts = [
    logOf({ run: 'two', minute: 1, ended: { c: 'failed' } }),
    logOf({ run: 'one', ended: { a: 'passed', b: 'passed' } }),
  ]

  test('are one run with all of their scenarios', () => {
    const state = stateOf(parts)
    expect(state.counts).toMatchObject({ passed: 2, failed: 1 })
    expect(state.started).toMatchObject({
      run: 'one, two',
      threads: 4,
      lanes: 4,
      seed: 'seed-one, seed-two',
      wall: 0,
    })
    expect(Object.keys(state.sources)).toEqual(['a.yaml', 'b.yaml', 'c.yaml'])
    expect(state.ended).toMatchObject({ ms: 60_000 + 50, phases: { scenarios: 800 }, busy: 0.5 })
    expect(exitCode(state)).toBe(1)
  })

  test('keep their threads and times apart', () => {
    const started = mergeLogs(parts).events.filter((event) => event.type === 'scenario:started')
    expect(started.map(({ scenario, thread, at }) => [scenario, thread, at])).toEqual([
      ['a', 1, 20],
      ['b', 1, 50],
      ['c', 3, 60_020],
    ])
  })

  test('are numbered anew, in the order of time, and nothing is repeated', () => {
    const { events, repeated } = mergeLogs(parts)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b))
    expect(repeated).toEqual([])
  })
})

test('what no part ran, because they were cut differently, is not finished', () => {
  const withRest = (log: Log, ...rest: string[]): Log =>
    log.map((event): Event => {
      const plan = (id: string) => ({ id, name: id, file: 'x.yaml', line: 1, tags: [], profile: 'p' })
      return event.type === 'run:started' ? { ...event, elsewhere: rest.map(plan) } : event
    })
  const one = withRest(logOf({ run: 'one', ended: { a: 'passed' } }), 'b', 'c')
  const two = withRest(logOf({ run: 'two', minute: 1, ended: { b: 'passed' } }), 'a', 'c')
  const state = stateOf([one, two])
  expect(unfinishedOf(state).map(({ id }) => id)).toEqual(['c'])
  expect(exitCode(state)).toBe(3)
})

describe('of a scenario that ran again', () => {
  test.each<[Outcome | undefined, Outcome | undefined, string]>([
    ['failed', 'passed', 'flaky: failed in run one, passed in run two'],
    ['passed', 'failed', 'failed: passed in run one, failed in run two'],
    ['broken', 'passed', 'passed: broken in run one, passed in run two'],
    ['failed', 'broken', 'broken: failed in run one, broken in run two'],
    ['cancelled', 'passed', 'passed'],
    ['passed', 'cancelled', 'passed'],
    ['failed', 'skipped', 'failed'],
    [undefined, 'passed', 'passed'],
    ['failed', undefined, 'failed'],
  ])('%s and then %s is %s', (first, second, expected) => {
    const logs = [
      logOf({ run: 'one', ended: { a: first } }),
      logOf({ run: 'two', minute: 1, ended: { a: second } }),
    ]
    expect(outcomes(logs)).toEqual({ a: expected })
    expect(outcomes([...logs].reverse())).toEqual({ a: expected })
  })

  test('both stories are kept, as attempts of one', () => {
    const logs = [
      logOf({ run: 'one', ended: { a: 'failed' } }),
      logOf({ run: 'two', minute: 1, ended: { a: 'passed' } }),
    ]
    const [record] = stateOf(logs).finished
    expect(record).toMatchObject({ outcome: 'flaky', failure })
    expect(record?.attempts.map(({ attempt, notes }) => [attempt, notes])).toEqual([
      [1, ['by one']],
      [2, ['by two']],
    ])
    expect(mergeLogs(logs).repeated).toMatchObject([
      {
        scenario: 'a',
        ends: [
          { run: 'one', outcome: 'failed' },
          { run: 'two', outcome: 'passed' },
        ],
      },
    ])
  })
})

test('a part that was killed leaves the whole without an end', () => {
  const state = stateOf([
    logOf({ run: 'one', ended: { a: 'passed' } }),
    logOf({ run: 'two', minute: 1, ended: { b: undefined }, last: [] }),
  ])
  expect(state.ended).toBeUndefined()
  expect(exitCode(state)).toBe(3)
})

test('an interruption counts as long as something is open', () => {
  const stopped: readonly EventBody[] = [{ type: 'run:interrupted', signal: 'SIGINT', times: 1 }, runEnded]
  const first = logOf({ run: 'one', ended: { a: 'passed', b: 'cancelled' }, last: stopped })
  const again = logOf({ run: 'two', minute: 1, ended: { b: 'passed' } })
  expect(exitCode(stateOf([first, logOf({ run: 'three', minute: 2, ended: { c: 'passed' } })]))).toBe(130)
  expect(exitCode(stateOf([first, again]))).toBe(0)
})

test('a part whose target did not come up is not forgotten', () => {
  const failed: Log = [{ ...runEnded, targetError: { message: 'no cluster' }, seq: 0, at: 3 }]
  const state = stateOf([failed, logOf({ run: 'one', ended: { a: 'passed' } })])
  expect(state.ended?.targetError).toEqual({ message: 'no cluster' })
  expect(exitCode(state)).toBe(3)
})

test('the same run twice is refused', () => {
  const log = logOf({ run: 'one', ended: { a: 'passed' } })
  expect(() => mergeLogs([log, log])).toThrow(SameRun)
})
