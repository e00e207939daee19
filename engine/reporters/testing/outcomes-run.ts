import type { Failure, Outcome } from '../../base/failure.ts'
import type { EventBody } from '../../events/event.ts'
import { eventsOf, mismatchFailure, runStarted, sources } from './storm-run.ts'

const OUTCOMES: readonly Outcome[] = [
  'passed',
  'failed',
  'broken',
  'flaky',
  'skipped',
  'quarantined',
  'gap',
  'cancelled',
]

const BROKEN: Failure = { outcome: 'broken', code: 'FORWARD_LOST', message: 'the forward broke' }

const failures: Partial<Record<Outcome, Failure>> = {
  failed: mismatchFailure,
  broken: BROKEN,
  flaky: mismatchFailure,
  quarantined: mismatchFailure,
  gap: mismatchFailure,
  cancelled: { outcome: 'cancelled', code: 'CANCELLED', message: 'stopped by SIGINT' },
}

const reasons: Partial<Record<Outcome, string>> = {
  flaky: 'failed in attempt 1, passed in attempt 2',
  skipped: 'needs a cluster',
  quarantined: 'quarantined by ann until 2099-01-01: T-1',
  gap: 'known gap G6 of v1',
  cancelled: 'stopped by SIGINT',
}

function told(scenario: string, number: number): EventBody {
  const event = { kind: 'Warning', reason: 'BackOff', namespace: 'app-1', object: 'Pod/gateway-0' } as const
  return {
    ...{ type: 'diagnostics:collected', scenario, attempt: number, logLinesLeftOut: 0, missing: [] },
    gatewayLog: ['{"level":"info","msg":"signal received"}', '{"level":"error","msg":"no answer"}'],
    kubernetes: [
      { ...event, message: 'back-off restarting', count: 3, wall: Date.UTC(2025, 10, 24, 12, 0, 1) },
    ],
  }
}

function attempt(scenario: string, number: number, failure: Failure | undefined): readonly EventBody[] {
  const place = { scenario, attempt: number, step: 'steps.0' }
  const { span } = mismatchFailure
  const outcome = failure?.outcome ?? 'passed'
  const failed = failure === undefined ? {} : { failure }
  return [
    { type: 'scenario:started', scenario, attempt: number, thread: 0, lane: 0, namespaces: { app: 'app-1' } },
    { type: 'step:started', ...place, verb: 'send', title: 'send cpu', span },
    {
      type: 'exchange:seen',
      ...place,
      exchange: { method: 'POST', path: '/x', requestHeaders: {}, status: 202, body: 'accepted', ms: 1 },
    },
    { type: 'note:written', ...place, text: 'a note' },
    { type: 'warning:raised', scenario, attempt: number, text: 'a warning' },
    { type: 'key:seen', ...place, key: 'buffer:cpu', is: 'list', value: ['cpu'], ttlMs: 1500 },
    { type: 'key:commanded', ...place, key: 'buffer:cpu', command: 'PEXPIRE 1', reply: 1 },
    { type: 'signal:held', ...place, number: 0, signal: 'cpu of app-1:Pod:api', ms: 4000 },
    { type: 'signals:released', scenario, attempt: number, numbers: [0], object: 'app-1/rr-1' },
    { type: 'step:ended', ...place, verb: 'send', outcome, ms: 3, ...failed },
    ...(failure === undefined || outcome === 'cancelled' ? [] : [told(scenario, number)]),
    { type: 'attempt:ended', scenario, attempt: number, outcome, ms: 5, ...failed, leftovers: [] },
  ]
}

function scenario(outcome: Outcome): readonly EventBody[] {
  const id = `all/${outcome}`
  const failure = failures[outcome]
  const reason = reasons[outcome]
  const attempts =
    outcome === 'flaky' ? [...attempt(id, 1, failure), ...attempt(id, 2, undefined)] : attempt(id, 1, failure)
  const said = {
    ...(failure === undefined ? {} : { failure }),
    ...(reason === undefined ? {} : { reason }),
  }
  const count = outcome === 'flaky' ? 2 : 1
  const ended: EventBody = { type: 'scenario:ended', scenario: id, outcome, ms: 7, attempts: count, ...said }
  return outcome === 'skipped' ? [ended] : [...attempts, ended]
}

/** A scenario of each outcome, one that was cut off in a step, one that never began, and two cases of one file. */
export const outcomesRun = eventsOf([
  {
    ...runStarted,
    scenarios: [...OUTCOMES, 'cut', 'never', 'two[a]', 'two[b]'].map((name, index) => ({
      id: `all/${name}`,
      name: `what is ${name.replace(/\[.*/, '')}`,
      file: `scenarios/all/${name.replace(/\[.*/, '')}.yaml`,
      line: index + 1,
      tags: ['p0', 'all'],
      profile: 'dedup',
    })),
  },
  { type: 'sources:read', texts: sources },
  ...OUTCOMES.flatMap(scenario),
  ...['two[a]', 'two[b]'].map((name): EventBody => ({
    type: 'scenario:ended',
    scenario: `all/${name}`,
    outcome: 'passed',
    ms: 2,
    attempts: 1,
  })),
  ...attempt('all/cut', 1, undefined).slice(0, 4),
  { type: 'run:interrupted', signal: 'SIGINT', times: 2 },
  { type: 'run:ended', ms: 90, phases: {}, busy: 0.5 },
])

/** Nothing ran, for both reasons at once. */
export const nothingRan = eventsOf([
  { ...runStarted, scenarios: [] },
  {
    type: 'problem:raised',
    problem: {
      code: 'UNKNOWN_KEY',
      severity: 'error',
      message: '`expects` is not a key of send',
      hint: 'did you mean expect?',
      span: { file: 'scenarios/dedup/joins.yaml', line: 7, col: 7, start: 94, end: 100 },
    },
  },
  {
    type: 'run:ended',
    ms: 3,
    phases: {},
    busy: 0,
    targetError: { message: 'kind is not installed', hint: 'gwscen doctor' },
  },
])
