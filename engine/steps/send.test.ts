import { expect, test } from 'vitest'
import { Broken, Failed } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { Answer } from './gateway-port.ts'
import { request } from './request.ts'
import { send } from './send.ts'
import { FakeWorld, refused, reply, thrownBy } from './testing/fake-context.ts'

/** Runs a `send` whose rounds are the input with `i` and `row` as labels. */
async function run(world: FakeWorld, input: JsonObject): Promise<JsonObject> {
  const round = ({ i, row }: JsonObject): JsonObject => ({
    alert: { name: 'A', pod: `p${JSON.stringify(i)}`, labels: row ?? {} },
    ...input,
  })
  return (await send.run(input, world.context(input, round))) as JsonObject
}

function bodies(world: FakeWorld): Json[] {
  return world.gateway.requests.map(
    ({ body = '' }) => (JSON.parse(body) as { alerts: Json[] }).alerts[0] ?? null,
  )
}

test('one signal goes out as its description builds it', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(201, { status: 'created' })
  const result = await run(world, {})
  expect(world.gateway.requests).toHaveLength(1)
  expect(world.gateway.requests[0]).toMatchObject({ method: 'POST', path: '/api/v1/signals/prometheus' })
  expect(result).toMatchObject({ first: { status: 201 }, last: { status: 201 }, tally: { '201': 1 } })
})

test('times sends so often in turn, and i counts from 0', async () => {
  const world = new FakeWorld()
  const result = await run(world, { times: 3 })
  expect(bodies(world)).toMatchObject([0, 1, 2].map((i) => ({ labels: { pod: `p${i}` } })))
  expect(result['all']).toHaveLength(3)
  expect(world.gateway.bursts).toBe(0)
})

test('each sends one signal per row', async () => {
  const world = new FakeWorld()
  await run(world, { each: [{ a: 'x' }, { a: 'y' }] })
  expect(bodies(world)).toMatchObject([{ labels: { a: 'x' } }, { labels: { a: 'y' } }])
})

test('without every, a signal waits for the reply to the one before', async () => {
  const world = new FakeWorld()
  world.gateway.answer = async () => {
    await world.clock.sleep(50)
    return reply(202)
  }
  const sent = run(world, { times: 3 })
  await world.clock.advance(200)
  await sent
  expect(world.gateway.requests.map(({ at }) => at)).toEqual([0, 50, 100])
})

test('every is start to start, also when replies are slow', async () => {
  const world = new FakeWorld()
  world.gateway.answer = async () => {
    await world.clock.sleep(1000)
    return reply(202)
  }
  const sent = run(world, { times: 4, every: '100ms' })
  await world.clock.advance(2000)
  expect(await sent).toMatchObject({ tally: { '202': 4 } })
  expect(world.gateway.requests.map(({ at }) => at)).toEqual([0, 100, 200, 300])
})

test('a timer that rings late does not put the beat off', async () => {
  const world = new FakeWorld()
  const { clock } = world
  const late = { sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms + 3, signal) }
  const input = { times: 4, every: '100ms' }
  const context = world.context(input, ({ i }) => ({ alert: { name: `A${JSON.stringify(i)}` } }))
  const lateClock = {
    ...late,
    now: () => clock.now(),
    wall: () => clock.wall(),
    after: clock.after.bind(clock),
  }
  const sent = send.run(input, { ...context, clock: lateClock })
  await clock.advance(1000)
  await sent
  expect(world.gateway.requests.map(({ at }) => at)).toEqual([0, 103, 203, 303])
})

test('a wrong reply ends the sending, and what is under way is waited for', async () => {
  const world = new FakeWorld()
  world.gateway.answer = async (_, index) => {
    await world.clock.sleep(index === 1 ? 50 : 400)
    return reply(index === 1 ? 500 : 202)
  }
  let ended = 0
  const failure = thrownBy(run(world, { times: 10, every: '100ms', expect: { status: 202 } })).finally(
    () => (ended = world.clock.now()),
  )
  await world.clock.advance(2000)
  expect(await failure).toMatchObject({ code: 'UNEXPECTED_RESPONSE', outcome: 'failed' })
  expect(world.gateway.requests.map(({ at }) => at)).toEqual([0, 100])
  expect(ended).toBe(400)
  expect(world.clock.pending).toBe(0)
})

test('an abort ends the pause between two signals', async () => {
  const world = new FakeWorld()
  const failure = thrownBy(run(world, { times: 3, every: '10s' }))
  await world.clock.advance(1)
  world.stop.abort(new Failed({ code: 'TIMEOUT', message: 'too long' }))
  expect(await failure).toMatchObject({ code: 'TIMEOUT' })
  expect(world.gateway.requests).toHaveLength(1)
})

test('together is one burst, and reports its spread', async () => {
  const world = new FakeWorld()
  const result = await run(world, { times: 15, together: true, tally: { '202': 15 } })
  expect(world.gateway.bursts).toBe(1)
  expect(result).toMatchObject({ spreadMs: 0.5, tally: { '202': 15 } })
})

test('a reply is expected each time, and all that differs is told', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(201, { status: 'created', duplicate: true })
  const error = await thrownBy(
    run(world, {
      times: 2,
      together: true,
      expect: { status: 202, body: { duplicate: false, status: 'x' } },
    }),
  )
  expect(error).toBeInstanceOf(Failed)
  expect((error as Failed).details).toMatchObject({
    code: 'UNEXPECTED_RESPONSE',
    span: { file: 'expect.status' },
    mismatches: [{ path: 'status' }, { path: 'body.duplicate' }, { path: 'body.status' }],
  })
})

test('headers are compared by their lower-case names', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(503, {}, { 'retry-after': '30' })
  await expect(run(world, { expect: { headers: { 'Retry-After': '30' } } })).resolves.toBeDefined()
  expect(await thrownBy(run(world, { expect: { headers: { 'Retry-After': '31' } } }))).toMatchObject({
    outcome: 'failed',
  })
})

const mixed = (statuses: readonly number[]) => (_: unknown, index: number) => reply(statuses[index] ?? 200)

test('a tally is exact', async () => {
  const world = new FakeWorld()
  world.gateway.answer = mixed([201, 202, 202])
  await run(world, { times: 3, tally: { '201': 1, '202': { $gte: 2 } } })
  world.gateway.requests.length = 0
  const error = await thrownBy(run(world, { times: 3, tally: { '201': 1, '202': 1 } }))
  expect((error as Failed).details).toMatchObject({
    code: 'TALLY',
    mismatches: [{ path: '202', actual: 2 }],
    span: { file: 'tally' },
  })
})

test('a status that no one named is a mismatch, unless other is allowed', async () => {
  const world = new FakeWorld()
  world.gateway.answer = mixed([201, 500])
  expect(await thrownBy(run(world, { times: 2, tally: { '201': 1 } }))).toMatchObject({
    details: { mismatches: [{ path: '500', expected: 'none', actual: 1 }] },
  })
  world.gateway.requests.length = 0
  await run(world, { times: 2, tally: { '201': 1, other: true } })
})

test('a lost request is broken, unless the step asks for that very loss', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => refused
  expect(await thrownBy(run(world, {}))).toBeInstanceOf(Broken)
  expect(await thrownBy(run(world, { expect: { status: 202 } }))).toMatchObject({ code: 'TRANSPORT' })
  expect(await thrownBy(run(world, { expect: { transport: 'reset' } }))).toBeInstanceOf(Broken)
  expect(await run(world, { expect: { transport: 'refused' } })).toMatchObject({
    first: null,
    all: [],
    tally: { transport: 1 },
  })
})

test('a reply where a loss was expected is a failure', async () => {
  const error = await thrownBy(run(new FakeWorld(), { expect: { transport: 'refused' } }))
  expect((error as Failed).details).toMatchObject({
    mismatches: [{ path: 'transport', expected: 'refused' }],
  })
})

test('a tally of losses counts them', async () => {
  const world = new FakeWorld()
  const half = (_: unknown, index: number): Answer => (index % 2 === 0 ? refused : reply(202))
  world.gateway.answer = half
  const tally = { '202': 2, transport: { $lte: 2 } }
  expect(await run(world, { times: 4, tally })).toMatchObject({ tally: { '202': 2, transport: 2 } })
  const error = await thrownBy(run(world, { times: 4, tally: { ...tally, transport: 1 } }))
  expect(error).toMatchObject({ details: { mismatches: [{ path: 'transport', actual: 2 }] } })
})

test('raw goes out as it stands; a text is not quoted', async () => {
  const world = new FakeWorld()
  const input = {
    raw: { path: '/api/x', headers: { 'Content-Type': 'text/plain' }, body: '{broken' },
    from: '10.0.0.9',
  }
  await send.run(input, world.context(input))
  expect(world.gateway.requests[0]).toMatchObject({
    path: '/api/x',
    body: '{broken',
    headers: { 'content-type': 'text/plain', 'x-forwarded-for': '10.0.0.9' },
  })
})

test('a request is a GET without a body and a POST with one', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(200, { ok: true })
  const result = await request.run({ path: '/health', timeout: '2s' }, world.context())
  await request.run({ path: '/x', body: { a: 1 } }, world.context())
  expect(result).toMatchObject({ status: 200, body: { ok: true } })
  expect(world.gateway.requests).toMatchObject([
    { method: 'GET', path: '/health', timeoutMs: 2000, headers: {} },
    { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
  ])
})

test('what a request expects and does not get is a failure; a lost one is broken', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => reply(503)
  const input = { path: '/ready', expect: { status: 200 } }
  expect(await thrownBy(request.run(input, world.context()))).toBeInstanceOf(Failed)
  world.gateway.answer = () => refused
  expect(await thrownBy(request.run(input, world.context()))).toBeInstanceOf(Broken)
  const lost = { path: '/ready', expect: { transport: 'refused' } } as const
  expect(await request.run(lost, world.context())).toEqual({ transport: 'refused' })
})

test('an operand that a template made wrong is broken, not the fault of the gateway', async () => {
  const error = await thrownBy(run(new FakeWorld(), { expect: { status: { $gte: 'many' } } }))
  expect(error).toMatchObject({ outcome: 'broken', code: 'BAD_VALUE' })
})
