import { describe, expect, test } from 'vitest'
import type { Event, EventBody } from '../../events/event.ts'
import { builtInDescription } from '../../gateway/index.ts'
import type { Scenario, Step } from '../../scenario/scenario.ts'
import { scenario, span, step, TYPE } from '../testing/fake-run.ts'
import { recordingsOf, type Recording } from './recording.ts'
import { replayAttempt, replayServices } from './replay-attempt.ts'
import { ReplayClock } from './replay-clock.ts'

const place = { scenario: 'a', attempt: 1 }
const object = (name: string, count: number) => ({
  apiVersion: `${TYPE.group}/${TYPE.version}`,
  kind: TYPE.kind,
  metadata: { name, namespace: NAMESPACE, uid: name, resourceVersion: String(count) },
  spec: { count },
})
/** As it follows from the seed. */
const NAMESPACE = 'app-recorded'

interface Told {
  readonly at: number
  readonly body: EventBody
}

const started = (step: string, verb: string, at: number): Told => ({
  at,
  body: { type: 'step:started', ...place, step, verb, title: verb, span },
})
const ended = (step: string, verb: string, at: number, more: object = {}): Told => ({
  at,
  body: { type: 'step:ended', ...place, step, verb, outcome: 'passed', ms: 1, ...more },
})
const exchange = (path: string, at: number, status: number, body = '{}'): Told => ({
  at,
  body: {
    ...{ type: 'exchange:seen', ...place, step: 'steps.0' },
    exchange: { method: 'GET', path, requestHeaders: {}, status, headers: {}, body, ms: 1 },
  },
})
const seen = (at: number, name: string, count: number, change: 'added' | 'modified' | 'deleted'): Told => ({
  at,
  body: { type: 'object:seen', ...place, change, object: object(name, count) },
})

function recording(...told: readonly Told[]): Recording {
  const begun: Told = {
    at: 1000,
    body: {
      type: 'scenario:started',
      ...place,
      thread: 1,
      lane: 2,
      deployment: 'storm',
      namespaces: { app: NAMESPACE },
    },
  }
  const log = [begun, ...told].map(({ at, body }, seq): Event => ({ ...body, at, seq: 10 + seq }))
  return recordingsOf(log).get('a')![0]!
}

/** Plays it with these steps; the namespace is named in them, because a made-up log follows from no seed. */
async function replay(steps: readonly Step[], recorded: Recording, more: Partial<Scenario> = {}) {
  const { events, unjudged } = await replayAttempt({
    scenario: scenario({ steps: steps.map((one, index) => ({ ...one, path: `steps.${index}` })), ...more }),
    recording: recorded,
    gateway: { version: 'documented', settings: {} },
    wall: Date.UTC(2025, 10, 24),
    shared: replayServices(builtInDescription, { allowedKinds: [], run: 'r', seed: 's' }),
  })
  const bodies = events.map(({ body }) => body)
  const end = bodies.find((body) => body.type === 'attempt:ended')
  const story = bodies.flatMap((body) => (body.type === 'step:ended' ? [`${body.verb} ${body.outcome}`] : []))
  return { end, story, unjudged }
}

const health = (status: number): Step => step('request', { path: '/health', expect: { status } })
const counts = (count: number, more: object = {}): Step =>
  step('expect', { crd: 'RemediationRequest', namespace: NAMESPACE, each: { spec: { count } }, ...more })

describe('a recording', () => {
  test('keeps the order of what was told in one millisecond, and forgets what was tidied up', () => {
    const { steps, changes, exchanges, endsAt, namespaces, deployment } = recording(
      started('steps.0', 'send', 1010),
      exchange('/x', 1010, 200),
      seen(1010, 'one', 1, 'added'),
      ended('steps.0', 'send', 1010, { result: { a: 1 } }),
      seen(1020, 'one', 1, 'deleted'),
    )
    const first = steps.get('steps.0')
    expect(first).toMatchObject({ verb: 'send', outcome: 'passed', result: { a: 1 } })
    const order = [first?.at, exchanges[0]?.at, changes[0]?.at, endsAt]
    expect(order).toEqual([...order].sort((a = 0, b = 0) => a - b))
    expect(new Set(order).size).toBe(4)
    expect(changes).toHaveLength(1)
    expect([namespaces, deployment]).toEqual([[NAMESPACE], 'storm'])
  })
})

test('an object was there when a reply named it, however late the watch was', async () => {
  const late = recording(
    started('steps.0', 'request', 1010),
    exchange('/health', 1015, 200, '{"made":"one"}'),
    ended('steps.0', 'request', 1015),
    started('steps.1', 'expect', 1015),
    ended('steps.1', 'expect', 1017),
    seen(1300, 'one', 1, 'added'),
  )
  const { end } = await replay([health(200), counts(1)], late)
  expect(end?.outcome).toBe('passed')
})

describe('played again', () => {
  const oneReply = recording(
    started('steps.0', 'request', 1010),
    exchange('/health', 1015, 200),
    ended('steps.0', 'request', 1015),
  )

  test('an expectation that holds passes', async () => {
    const { end, story } = await replay([health(200)], oneReply)
    expect([end?.outcome, story]).toEqual(['passed', ['request passed']])
  })

  test('one that does not fails, with what was there', async () => {
    const { end } = await replay([health(503)], oneReply)
    expect(end).toMatchObject({
      outcome: 'failed',
      failure: {
        code: 'UNEXPECTED_RESPONSE',
        mismatches: [{ path: 'status', expected: '503', actual: 200 }],
      },
    })
  })

  test('a request that was not made then is broken, not failed', async () => {
    const { end } = await replay([step('request', { path: '/ready', expect: { status: 200 } })], oneReply)
    expect(end).toMatchObject({ outcome: 'broken', failure: { code: 'OTHER_REQUEST' } })
  })

  const threeStates = recording(
    started('steps.0', 'expect', 1010),
    seen(1100, 'one', 1, 'added'),
    seen(1500, 'one', 2, 'modified'),
    seen(1900, 'one', 3, 'modified'),
    ended('steps.0', 'expect', 1900),
  )

  test.each([
    [2, { within: '5s' }, 'passed'],
    [3, { within: '5s' }, 'passed'],
    [1, { within: '300ms' }, 'passed'],
    [2, { within: '300ms' }, 'failed'],
    [1, {}, 'failed'],
  ])('objects come and change when they did: %j %j %s', async (count, more, outcome) => {
    const { end } = await replay([counts(count, more)], threeStates)
    expect(end?.outcome).toBe(outcome)
  })

  test('what would have come after its end nobody knows', async () => {
    const { end } = await replay([counts(4, { within: '5s' })], threeStates)
    expect(end).toMatchObject({ outcome: 'broken', failure: { code: 'RECORDING_ENDS' } })
  })

  test('what is not kept counts as it did then, with its result, and is named', async () => {
    const recorded = recording(
      started('steps.0', 'expect', 1010),
      ended('steps.0', 'expect', 1012, { result: { value: 7 } }),
      started('steps.1', 'expect', 1012),
      ended('steps.1', 'expect', 1013),
    )
    const steps = [
      { ...step('expect', { redis: { key: 'k' }, value: 'x' }), as: 'key' },
      step('expect', { value: '${key.value}', $eq: 7 }),
    ]
    const { end, story, unjudged } = await replay(steps, recorded)
    expect([end?.outcome, story]).toEqual(['passed', ['expect skipped', 'expect passed']])
    expect(unjudged).toEqual([
      'not judged: steps.0 (expect), line 1: what Redis held is not in the recording',
    ])
  })

  test('what is not kept and did not pass then is broken', async () => {
    const recorded = recording(
      started('steps.0', 'expect', 1010),
      ended('steps.0', 'expect', 1012, { outcome: 'failed' }),
    )
    const { end } = await replay([step('expect', { redis: { key: 'k' }, value: 'x' })], recorded)
    expect(end).toMatchObject({ outcome: 'broken', failure: { code: 'NOT_RECORDED' } })
  })

  test('secrets are as the recording has them', async () => {
    const more = { env: ['TOKEN'], vars: [{ name: 'token', value: "${env('TOKEN')}" }] }
    const { end } = await replay([step('expect', { value: '${vars.token}', $eq: '***' })], oneReply, more)
    expect(end?.outcome).toBe('passed')
  })
})

describe('the clock', () => {
  test('jumps from timer to timer, and waits for none', async () => {
    const clock = new ReplayClock(1000)
    const times: number[] = []
    const work = async (): Promise<void> => {
      clock.after(50, () => times.push(clock.now()))
      await clock.sleep(3_600_000)
      times.push(clock.wall())
    }
    await clock.runUntil(work())
    expect(times).toEqual([50, 3_601_000])
  })

  test('says when nothing can come any more', async () => {
    const clock = new ReplayClock(0)
    await expect(clock.runUntil(new Promise(() => undefined))).rejects.toThrow('no timer ends')
  })
})
