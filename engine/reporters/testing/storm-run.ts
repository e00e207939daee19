import type { Event, EventBody, Exchange } from '../../events/event.ts'

/** Numbers and stamps made-up events, ten milliseconds apart. */
export function eventsOf(bodies: readonly EventBody[]): readonly Event[] {
  return bodies.map((body, seq) => ({ ...body, seq, at: seq * 10 }))
}

export const sources: Readonly<Record<string, string>> = {
  'scenarios/dedup/joins.yaml': [
    'name: the second alert joins the first',
    'tags: [dedup]',
    'steps:',
    '  - send: { alert: cpu }',
    '  - send:',
    '      alert: cpu',
    '      expect: { status: 202 }',
    '',
  ].join('\n'),
}

const joins = 'dedup/joins'
const plan = (id: string, name = id, line = 1) => ({
  id,
  name,
  file: `scenarios/${id.replace(/#.*/, '')}.yaml`,
  line,
  tags: [],
  profile: id.split('/')[0] ?? '',
})
const span = { file: 'scenarios/dedup/joins.yaml', line: 7, col: 17, start: 104, end: 115 }
export const mismatchFailure = {
  outcome: 'failed',
  code: 'RESPONSE_MISMATCH',
  message: 'response: expected status 202, got 500',
  span,
  mismatches: [
    { path: 'status', expected: '202', actual: 500 },
    { path: 'body.fingerprint', expected: 'the fingerprint of "cpu"', actual: undefined },
  ],
  notes: ['looked 24 times in 5s', 'closest candidate: rr-3af1 (2 of 3 fields agree)'],
} as const
const exchange: Exchange = {
  method: 'POST',
  path: '/api/v1/signals/prometheus',
  requestHeaders: { authorization: 'Bearer secret' },
  requestBody: '{"alerts":[]}',
  status: 500,
  headers: {},
  body: '{"error":"\u001b[2J\u202eboom"}\n::error::injected\n',
  ms: 12.4,
}

export const runStarted: Extract<EventBody, { type: 'run:started' }> = {
  type: 'run:started',
  run: 'run-ab12',
  version: '0.1.0',
  wall: Date.UTC(2025, 10, 24, 12),
  target: 'embedded',
  profiles: ['storm', 'dedup'],
  threads: 2,
  threadsReason: '2 CPUs',
  lanes: 8,
  clock: 'real',
  seed: 'k3xq',
  redis: 'redis-server 7.0.15',
  gateway: 'reference',
  scenarios: [
    plan('storm/buffers', 'the first alerts are buffered'),
    plan(joins, 'the second alert joins the first'),
    plan('dedup/expiry'),
    plan('dedup/two#1', 'first of two', 3),
    { ...plan('dedup/two#2', 'second of two', 9) },
    plan('storm/kept'),
  ],
}

function begun(scenario: string, attempt: number, thread: number): EventBody {
  return {
    type: 'scenario:started',
    scenario,
    attempt,
    thread,
    lane: 0,
    namespaces: { app: 'gwscen-ab12-app' },
  }
}

/** One scenario of each kind that a terminal shows differently. */
export const stormRun = eventsOf([
  runStarted,
  { type: 'thread:ready', thread: 1, forwards: [] },
  begun('storm/buffers', 1, 1),
  begun(joins, 1, 2),
  {
    type: 'step:started',
    scenario: joins,
    attempt: 1,
    step: 'steps.1',
    verb: 'send',
    title: 'send cpu',
    span,
  },
  { type: 'exchange:seen', scenario: joins, attempt: 1, step: 'steps.1', exchange },
  { type: 'note:written', scenario: joins, attempt: 1, step: 'steps.1', text: 'expected to join' },
  {
    type: 'step:ended',
    scenario: joins,
    attempt: 1,
    step: 'steps.1',
    verb: 'send',
    outcome: 'failed',
    ms: 14,
    failure: mismatchFailure,
  },
  {
    type: 'attempt:ended',
    scenario: 'storm/buffers',
    attempt: 1,
    outcome: 'passed',
    ms: 4210,
    leftovers: [],
  },
  { type: 'scenario:ended', scenario: 'storm/buffers', outcome: 'passed', ms: 4210, attempts: 1 },
  {
    type: 'attempt:ended',
    scenario: joins,
    attempt: 1,
    outcome: 'failed',
    ms: 61_240,
    failure: mismatchFailure,
    further: [{ outcome: 'broken', code: 'API_UNREACHABLE', message: 'the API server did not answer' }],
    leftovers: [
      {
        what: 'namespace gwscen-ab12-app',
        reason: 'still terminating after 30s',
        command: 'kubectl delete namespace gwscen-ab12-app',
      },
    ],
  },
  {
    type: 'scenario:ended',
    scenario: joins,
    outcome: 'failed',
    ms: 61_240,
    attempts: 1,
    failure: mismatchFailure,
  },
  begun('dedup/expiry', 1, 2),
  { type: 'thread:lost', thread: 2, reason: 'out of memory' },
  {
    type: 'attempt:ended',
    scenario: 'dedup/expiry',
    attempt: 1,
    outcome: 'broken',
    ms: 300,
    failure: {
      outcome: 'broken',
      code: 'THREAD_LOST',
      message: 'its thread was lost',
      cause: 'heap out of memory',
    },
    leftovers: [],
  },
  begun('dedup/expiry', 2, 1),
  { type: 'warning:raised', scenario: 'dedup/expiry', attempt: 2, text: 'the watch was started again' },
  {
    type: 'attempt:ended',
    scenario: 'dedup/expiry',
    attempt: 2,
    outcome: 'passed',
    ms: 812.3,
    leftovers: [],
  },
  { type: 'scenario:ended', scenario: 'dedup/expiry', outcome: 'flaky', ms: 1112.3, attempts: 2 },
  {
    type: 'scenario:ended',
    scenario: 'dedup/two#1',
    outcome: 'skipped',
    ms: 0,
    attempts: 0,
    reason: 'needs a cluster',
  },
  begun('dedup/two#2', 1, 1),
  { type: 'run:interrupted', signal: 'SIGINT', times: 1 },
  {
    type: 'scenario:ended',
    scenario: 'dedup/two#2',
    outcome: 'broken',
    ms: 20,
    attempts: 1,
    failure: { outcome: 'broken', code: 'FORWARD_LOST', message: 'the forward broke' },
  },
  {
    type: 'run:ended',
    ms: 62_500,
    phases: { provision: 800, scenarios: 61_300, cleanup: 400 },
    busy: 0.826,
  },
])
