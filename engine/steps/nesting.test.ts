import { expect, test } from 'vitest'
import { Broken, type Failed, type Failure } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import type { StepContext } from './context.ts'
import { during } from './during.ts'
import { fault } from './fault.ts'
import { measure } from './measure.ts'
import { NestedFailure, type Introduced, type NestedList } from './nested.ts'
import { parallel } from './parallel.ts'
import { repeat } from './repeat.ts'
import { stays } from './stays.ts'
import { FakeWorld, NAMESPACE, TYPE, reply, thrownBy, ticket } from './testing/fake-context.ts'
import { use } from './use.ts'

const NOTHING: Introduced = { values: {}, moments: {} }
const METRICS = reply(200, 'signals_total 4\n')

function failure(message: string, outcome: Failure['outcome'] = 'failed'): Failure {
  return { outcome, code: 'X', message }
}

function recording(world: FakeWorld, give: (list: NestedList) => Introduced = () => NOTHING): NestedList[] {
  const lists: NestedList[] = []
  world.perform = (list) => {
    lists.push(list)
    return Promise.resolve(give(list))
  }
  return lists
}

const steps: never[] = []

test('repeat runs its steps once per row, with the names of the loop', async () => {
  const world = new FakeWorld()
  const lists = recording(world)
  const input = { each: ['Completed', 'Failed'], as: 'phase', steps }
  expect(await repeat.run(input, world.context(input))).toEqual({ times: 2 })
  expect(lists).toEqual([
    { key: 'steps', pass: 0, names: { i: 0, row: 'Completed', phase: 'Completed', phase_i: 0 } },
    { key: 'steps', pass: 1, names: { i: 1, row: 'Failed', phase: 'Failed', phase_i: 1 } },
  ])
})

test('without rows the loop is called by the number', async () => {
  const world = new FakeWorld()
  const lists = recording(world)
  await repeat.run({ times: 2, as: 'round', steps }, world.context())
  expect(lists.map(({ names }) => names)).toEqual([
    { i: 0, round: 0, round_i: 0 },
    { i: 1, round: 1, round_i: 1 },
  ])
})

test('out of a loop a result is a list, with null for a pass that had none; a moment is the first', async () => {
  const world = new FakeWorld()
  const [early, late] = [[], [{ name: 'x', labels: {}, value: 1 }]]
  recording(world, ({ pass }) =>
    pass === 0
      ? { values: { sent: 1 }, moments: { sent: early } }
      : { values: { other: 2 }, moments: { sent: late } },
  )
  await repeat.run({ times: 2, steps }, world.context())
  expect(world.introduced).toEqual([
    { values: { sent: [1, null], other: [null, 2] }, moments: { sent: early } },
  ])
})

test('every goes from start to start, and a pass that took longer is followed at once', async () => {
  const world = new FakeWorld()
  const at: number[] = []
  world.perform = async () => {
    at.push(world.clock.now())
    if (at.length === 1) await world.clock.sleep(250)
    return NOTHING
  }
  const running = repeat.run({ times: 4, every: '100ms', steps }, world.context())
  await world.clock.advance(1000)
  await running
  expect(at).toEqual([0, 250, 250, 300])
})

test('a pass that fails is the last', async () => {
  const world = new FakeWorld()
  let passes = 0
  world.perform = () => {
    passes += 1
    return Promise.reject(new NestedFailure(failure('no')))
  }
  expect(await thrownBy(repeat.run({ times: 3, steps }, world.context()))).toMatchObject({
    failure: { message: 'no' },
  })
  expect(passes).toBe(1)
})

test('parallel runs its branches side by side and gives the names of all', async () => {
  const world = new FakeWorld()
  world.perform = async ({ key }) => {
    await world.clock.sleep(key === 'left' ? 200 : 100)
    return { values: { [key]: world.clock.now() }, moments: {} }
  }
  const running = parallel.run({ left: steps, right: steps }, world.context())
  await world.clock.advance(200)
  expect(await running).toEqual({ branches: ['left', 'right'] })
  expect(world.introduced.map(({ values }) => values)).toEqual([{ left: 200 }, { right: 100 }])
})

test('the first failure of a branch cancels the others, and every own failure is told', async () => {
  const world = new FakeWorld()
  const reasons: unknown[] = []
  world.perform = async ({ key, signal }) => {
    if (key === 'a') {
      await world.clock.sleep(100)
      throw new NestedFailure(failure('a is wrong'))
    }
    await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    reasons.push((signal?.reason as Error).message)
    throw new NestedFailure(key === 'b' ? failure('b is wrong, too') : failure('stopped', 'cancelled'))
  }
  const running = thrownBy(parallel.run({ a: steps, b: steps, c: steps }, world.context()))
  await world.clock.advance(100)
  expect(await running).toMatchObject({
    failure: failure('a is wrong'),
    further: [failure('b is wrong, too')],
  })
  expect(reasons).toEqual(['the branch a did not pass', 'the branch a did not pass'])
})

test('when the whole step is cancelled, the branches say so once', async () => {
  const world = new FakeWorld()
  world.perform = () => Promise.reject(new NestedFailure(failure('stopped', 'cancelled')))
  expect(await thrownBy(parallel.run({ a: steps, b: steps }, world.context()))).toMatchObject({
    failure: failure('stopped', 'cancelled'),
    further: [],
  })
})

const noTicket = { never: { crd: TYPE.kind, namespace: NAMESPACE }, steps } as const

function lasting(world: FakeWorld, ms: number): void {
  world.perform = async ({ signal }) => {
    await world.clock.sleep(ms, signal)
    return { values: { done: true }, moments: {} }
  }
}

test('during watches for as long as its steps take, and no longer', async () => {
  const world = new FakeWorld()
  lasting(world, 300)
  const running = during.run(noTicket, world.context(noTicket))
  await world.clock.advance(300)
  await running
  world.cluster.put(TYPE, ticket('late'))
  expect(world.introduced).toEqual([{ values: { done: true }, moments: {} }])
})

test('during fails at once with the offender, and ends its steps', async () => {
  const world = new FakeWorld()
  const ended: string[] = []
  world.perform = async ({ signal }) => {
    await world.clock.sleep(5000, signal).catch((error: unknown) => {
      ended.push((error as Error).message)
      throw error
    })
    return NOTHING
  }
  const running = thrownBy(during.run(noTicket, world.context(noTicket)))
  await world.clock.advance(120)
  world.cluster.put(TYPE, ticket('offender'))
  await world.clock.advance(0)
  const { details } = (await running) as Failed
  expect(details).toEqual({
    code: 'MUST_NOT_BE',
    message: 'there is what must not be: 1 RemediationRequest is there',
    span: { file: 'never', line: 1, col: 1, start: 0, end: 0 },
    notes: ['seen 120ms into the step', 'there: app-1/offender, created just now (2025-11-24T12:00:00.120Z)'],
  })
  expect(ended).toEqual(['what never says did not hold meanwhile'])
})

test('what is there at the start counts, and no step is run', async () => {
  const world = new FakeWorld()
  const lists = recording(world)
  world.cluster.put(TYPE, ticket('old'))
  const error = (await thrownBy(during.run(noTicket, world.context(noTicket)))) as Failed
  expect(error.details.notes?.[0]).toBe('seen at the start of the step')
  expect(lists).toEqual([])
})

test('a failure of the steps is the failure of the step', async () => {
  const world = new FakeWorld()
  world.perform = () => Promise.reject(new NestedFailure(failure('inside')))
  expect(await thrownBy(during.run(noTicket, world.context(noTicket)))).toMatchObject({
    failure: { message: 'inside' },
  })
})

test('during may watch two things at once', async () => {
  const world = new FakeWorld()
  lasting(world, 1000)
  world.cluster.put(TYPE, ticket('a'))
  const input = {
    never: { crd: TYPE.kind, count: 2 },
    stays: { crd: TYPE.kind, count: 1 },
    steps,
  }
  const running = thrownBy(during.run(input, world.context(input)))
  await world.clock.advance(50)
  world.cluster.remove(TYPE, { namespace: NAMESPACE, name: 'a' })
  await world.clock.advance(0)
  expect(((await running) as Failed).details).toMatchObject({
    code: 'EXPECTATION',
    span: { file: 'stays.count' },
    mismatches: [{ path: 'count', expected: '1', actual: 0 }],
    notes: ['seen 50ms into the step'],
  })
})

test('stays holds from the start of the step to the end of its time', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('a'))
  const input = { crd: TYPE.kind, count: 1, for: '2s' }
  const running = stays.run(input, world.context(input))
  await world.clock.advance(2000)
  expect(await running).toMatchObject({ object: { metadata: { name: 'a' } } })
})

test('stays fails as soon as it does not hold', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('a'))
  const input = { crd: TYPE.kind, count: 1, for: '2s' }
  const running = thrownBy(stays.run(input, world.context(input)))
  await world.clock.advance(700)
  world.cluster.put(TYPE, ticket('b'))
  await world.clock.advance(0)
  expect(((await running) as Failed).details).toEqual({
    code: 'EXPECTATION',
    message: '2 RemediationRequests are there, but one thing is not as expected',
    span: { file: 'count', line: 1, col: 1, start: 0, end: 0 },
    mismatches: [{ path: 'count', expected: '1', actual: 2 }],
    notes: [
      'it must stay so for 2s; seen 700ms into the step',
      'there: app-1/a, created just now (2025-11-24T12:00:00.000Z)',
      'there: app-1/b, created just now (2025-11-24T12:00:00.700Z)',
    ],
  })
  expect(world.clock.pending).toBe(0)
})

test('what cannot announce its changes is looked at every 20 ms, and the report says so', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(200)
  const input = { http: { path: '/health' }, status: 200, for: '100ms' }
  const running = stays.run(input, world.context(input))
  await world.clock.advance(100)
  await running
  expect(world.gateway.requests.map(({ at }) => at)).toEqual([0, 20, 40, 60, 80, 100])
  expect(world.news).toEqual([
    {
      type: 'note:written',
      text: 'sampled: looked every 20 ms, so what came and went between two looks was not seen',
    },
    { type: 'step:waiting', ms: 100 },
  ])
})

test('measure keeps the metrics of its moment under its name', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => METRICS
  expect(await measure.run('before', world.context('before'))).toEqual({ at: world.clock.wall() })
  expect(world.introduced).toEqual([
    {
      values: { before: { at: world.clock.wall() } },
      moments: { before: [{ name: 'signals_total', labels: {}, value: 4 }] },
    },
  ])
})

test('measure is broken where there are no metrics', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(404, 'no')
  expect(((await thrownBy(measure.run('before', world.context()))) as Broken).details).toMatchObject({
    code: 'NO_METRICS',
    message: 'there are no metrics to count from: the gateway answered 404',
  })
})

test('use gives what its template gives', async () => {
  const world = new FakeWorld()
  const asked: JsonObject[] = []
  world.performTemplate = (input) => {
    asked.push(input)
    return Promise.resolve({ window: 'w-1' })
  }
  const input = { template: 't.yaml', inputs: { alert: 'A' } }
  expect(await use.run(input, world.context(input))).toEqual({ window: 'w-1' })
  expect(asked).toEqual([input])
})

test('a fault lasts as long as its steps, and is mended also when they fail', async () => {
  const world = new FakeWorld()
  world.perform = () => {
    world.outages.push('steps')
    return Promise.reject(new NestedFailure(failure('inside')))
  }
  const input = { redis: 'down', steps } as const
  expect(await thrownBy(fault.run(input, world.context(input)))).toMatchObject({
    failure: { message: 'inside' },
  })
  expect(world.outages).toEqual(['broken: {"redis":"down"}', 'steps', 'mended'])
})

test('a fault may last for a time, and its durations become milliseconds', async () => {
  const world = new FakeWorld()
  const input = { api: { status: 429, retryAfter: '2s', delay: '10ms', share: 0.5 }, for: '300ms' }
  const running = fault.run(input, world.context(input))
  await world.clock.advance(299)
  expect(world.outages).toEqual([
    'broken: {"api":{"status":429,"share":0.5,"retryAfterMs":2000,"delayMs":10}}',
  ])
  await world.clock.advance(1)
  expect(await running).toEqual({ fault: 'api 429' })
  expect(world.outages).toHaveLength(2)
})

test.each([
  [{ gateway: 'restart' }, ['broken: {"gateway":"restart"}', 'mended']],
  [{ redis: 'lose' }, ['broken: {"redis":"lose"}', 'mended']],
  [{ forward: 'cut' }, ['broken: {"forward":"cut"}', 'mended']],
] as const)('%j is over when it has happened', async (input, outages) => {
  const world = new FakeWorld()
  await fault.run(input, world.context(input))
  expect(world.outages).toEqual(outages)
})

test.each([
  [{ gateway: 'down' }, 'gateway down: expected for: or steps:, which say how long it lasts'],
  [{ api: { share: 0.5 }, for: '1s' }, 'api: expected a status to answer with, a lost reply or a delay'],
] as const)('%j breaks nothing', async (input, message) => {
  const world = new FakeWorld()
  expect(await thrownBy(fault.run(input, world.context(input)))).toMatchObject({ code: 'BAD_VALUE', message })
  expect(world.outages).toEqual([])
})

test('a fault that cannot be mended is told, unless something failed before', async () => {
  const world = new FakeWorld()
  const context: StepContext = {
    ...world.context(),
    breakTarget: () =>
      Promise.resolve(() => Promise.reject(new Broken({ code: 'X', message: 'not mended' }))),
  }
  expect(await thrownBy(fault.run({ redis: 'lose' }, context))).toMatchObject({ message: 'not mended' })
})
