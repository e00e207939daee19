import { describe, expect, test } from 'vitest'
import { Broken, type Failed } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { LedgerEntry } from '../gateway/description.ts'
import { RedisReplyError, RedisTransportError } from '../redis/redis-errors.ts'
import { apply } from './apply.ts'
import { deletion } from './delete.ts'
import { expect as expectation } from './expect.ts'
import { redis } from './redis.ts'
import { apiError } from './testing/memory-cluster.ts'
import { CONFIG_MAPS } from '../cluster/resource-path.ts'
import { FakeWorld, NAMESPACE, TYPE, reply, thrownBy, ticket } from './testing/fake-context.ts'

const limits = (more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'limits', namespace: NAMESPACE },
  ...more,
})

type Apply = Parameters<typeof apply.run>[0]
type Delete = Parameters<typeof deletion.run>[0]

const write = (world: FakeWorld, object: Json): Promise<unknown> =>
  apply.run(object as Apply, world.context(object))

function remove(world: FakeWorld, input: Delete): Promise<unknown> {
  return deletion.run(input, world.context(input))
}

function hold(world: FakeWorld, input: JsonObject): Promise<unknown> {
  return expectation.run(input, world.context(input))
}

async function detailsOf(work: Promise<unknown>): Promise<Failed['details']> {
  return ((await thrownBy(work)) as Failed).details
}

describe('apply', () => {
  test('writes an object and gives it', async () => {
    const world = new FakeWorld()
    expect(await write(world, limits({ data: { most: '4' } }))).toMatchObject({
      object: { data: { most: '4' }, metadata: { namespace: NAMESPACE } },
    })
    expect(world.cluster.names(CONFIG_MAPS)).toEqual(['limits'])
  })

  test('merges into an object that is there', async () => {
    const world = new FakeWorld()
    world.cluster.put(CONFIG_MAPS, ticket('limits', { data: { least: '1' } }))
    world.cluster.before = (call) => (call === 'create' ? Promise.reject(apiError(409)) : Promise.resolve())
    expect(await write(world, limits({ data: { most: '5' } }))).toMatchObject({
      object: { data: { least: '1', most: '5' } },
    })
  })

  test('writes nothing into a namespace of somebody else', async () => {
    const world = new FakeWorld()
    const object = limits({ metadata: { name: 'limits', namespace: 'kube-system' } })
    expect(await detailsOf(write(world, object))).toMatchObject({
      code: 'FOREIGN_NAMESPACE',
      message: 'kube-system is not a namespace of this scenario, so nothing in it is changed',
      span: { file: 'metadata.namespace' },
    })
    expect(world.cluster.calls).toEqual([])
  })

  test('writes no kind that runs or reaches beyond a namespace', async () => {
    const world = new FakeWorld()
    world.cluster.types.push(
      { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
      { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false },
    )
    expect(await detailsOf(write(world, limits({ kind: 'Pod' })))).toMatchObject({
      code: 'KIND_NOT_ALLOWED',
      message:
        'Pod: scenarios may not write this kind; allowed are RemediationRequest, ConfigMap, and what allow.kinds of gwscen.config.yaml adds',
      span: { file: 'kind' },
    })
    expect(await detailsOf(write(world, limits({ kind: 'Node' })))).toMatchObject({
      code: 'KIND_NOT_ALLOWED',
      message: 'Node: scenarios may not write what is outside any namespace',
    })
  })

  test('a kind that the cluster has not is told', async () => {
    expect(await detailsOf(write(new FakeWorld(), limits({ kind: 'ConfigMop' })))).toMatchObject({
      code: 'UNKNOWN_KIND',
      message: 'ConfigMop: the cluster has no such kind in v1',
    })
  })
})

describe('delete', () => {
  test('removes every object that is selected, and no other', async () => {
    const world = new FakeWorld()
    for (const [name, x] of Object.entries({ a: 1, b: 2, c: 1 }))
      world.cluster.put(TYPE, ticket(name, { spec: { x } }))
    expect(await remove(world, { crd: TYPE.kind, where: { spec: { x: 1 } } })).toEqual({
      deleted: ['a', 'c'],
    })
    expect(world.cluster.names(TYPE)).toEqual(['b'])
  })

  test('removes an object of another kind', async () => {
    const world = new FakeWorld()
    world.cluster.put(CONFIG_MAPS, ticket('limits'))
    await remove(world, { resource: { kind: 'ConfigMap', apiVersion: 'v1' }, name: 'limits' })
    expect(world.cluster.names(CONFIG_MAPS)).toEqual([])
  })

  test('an object that went by itself in the meantime is gone, too', async () => {
    const world = new FakeWorld()
    world.cluster.put(TYPE, ticket('a'))
    world.cluster.before = (call) => (call === 'delete' ? Promise.reject(apiError(404)) : Promise.resolve())
    expect(await remove(world, { crd: TYPE.kind, name: 'a' })).toEqual({ deleted: ['a'] })
  })

  test('fails when there is nothing to remove', async () => {
    expect(await detailsOf(remove(new FakeWorld(), { crd: TYPE.kind, name: 'a' }))).toEqual({
      code: 'NOTHING_TO_DELETE',
      message: 'there is no such RemediationRequest to delete',
      notes: [],
      span: { file: '', line: 1, col: 1, start: 0, end: 0 },
    })
  })

  test('removes nothing from a namespace of somebody else', async () => {
    const error = await detailsOf(remove(new FakeWorld(), { crd: TYPE.kind, namespace: 'other' }))
    expect(error.code).toBe('FOREIGN_NAMESPACE')
  })
})

describe('redis', () => {
  const own = { key: `lock:${NAMESPACE}` }

  test('sends one command on a key of this scenario', async () => {
    const world = new FakeWorld()
    world.redis.replies['TTL'] = 12
    expect(await redis.run({ command: 'TTL', on: own }, world.context())).toEqual({
      key: 'lock:app-1',
      reply: 12,
    })
    expect(world.news).toEqual([{ type: 'key:commanded', key: 'lock:app-1', command: 'TTL', reply: 12 }])
  })

  test('finds the key by what it is for', async () => {
    const world = new FakeWorld()
    world.redis.replies['GET'] = ['a', null]
    const on = { window: { namespace: NAMESPACE, alert: 'A' } }
    expect(await redis.run({ command: 'GET', on }, world.context())).toMatchObject({ reply: ['a', null] })
  })

  test('a key that a signal of this scenario led to is its own', async () => {
    const world = new FakeWorld()
    world.written.add('dedup:abc')
    world.redis.replies['PEXPIRE'] = 1
    const input = { command: 'PEXPIRE', on: { key: 'dedup:abc' }, args: [1] } as const
    expect(await redis.run({ ...input, args: [1] }, world.context())).toMatchObject({ reply: 1 })
  })

  test('a key of a signal whose reply is on its way is its own once that has come', async () => {
    const world = new FakeWorld()
    world.answered = () => Promise.resolve(void world.written.add('dedup:abc'))
    world.redis.replies['PEXPIRE'] = 1
    const input = { command: 'PEXPIRE', on: { key: 'dedup:abc' }, args: [1] } as const
    expect(await redis.run({ ...input, args: [1] }, world.context())).toMatchObject({ reply: 1 })
  })

  test('does nothing to a key of somebody else', async () => {
    const error = await detailsOf(
      redis.run({ command: 'DEL', on: { key: 'theirs' } }, new FakeWorld().context()),
    )
    expect(error).toEqual({
      code: 'FOREIGN_KEY',
      message: 'theirs holds no name of this scenario, so nothing is done to it',
      span: { file: 'on', line: 1, col: 1, start: 0, end: 0 },
      notes: [
        'a key must hold a namespace or a unique() name of this scenario, or belong to a signal it has sent',
      ],
    })
  })

  test('what Redis refuses is broken', async () => {
    const world = new FakeWorld()
    world.redis.before = () => {
      throw new RedisReplyError('INCR', 'WRONGTYPE not a number')
    }
    const error = await thrownBy(redis.run({ command: 'INCR', on: own }, world.context()))
    expect(error).toBeInstanceOf(Broken)
    expect(error).toMatchObject({ code: 'REDIS_REFUSED', message: 'redis INCR: WRONGTYPE not a number' })
  })
})

test('a command that Redis does not answer is broken, and says where', async () => {
  const world = new FakeWorld()
  world.redis.before = () => {
    throw new RedisTransportError('127.0.0.1:6379', 'connection refused')
  }
  const on = { key: `note:${NAMESPACE}` }
  const error = await thrownBy(redis.run({ command: 'INCR', on }, world.context()))
  expect(error).toMatchObject({
    outcome: 'broken',
    code: 'REDIS_AWAY',
    details: { span: { file: 'command' } },
  })
})

describe('resource', () => {
  const configMap = { resource: { kind: 'ConfigMap', apiVersion: 'v1' }, name: 'limits' }

  test('is selected and judged as objects of the gateway are', async () => {
    const world = new FakeWorld()
    world.cluster.put(CONFIG_MAPS, ticket('limits', { data: { most: '4' } }))
    expect(await hold(world, { ...configMap, count: 1, each: { data: { most: '4' } } })).toMatchObject({
      object: { metadata: { name: 'limits' } },
    })
  })

  test('fails like them, under its own name', async () => {
    expect(await detailsOf(hold(new FakeWorld(), { ...configMap, count: 1 }))).toEqual({
      code: 'EXPECTATION',
      message: 'no ConfigMap is there',
      span: { file: 'count', line: 1, col: 1, start: 0, end: 0 },
      mismatches: [{ path: 'count', expected: '1', actual: 0 }],
      notes: ['looked once; give `within` to wait for it'],
    })
  })
})

describe('the past of objects', () => {
  function phases(...values: readonly string[]): FakeWorld {
    const world = new FakeWorld()
    world.cluster.put(TYPE, ticket('a', { spec: { x: 1 } }))
    for (const overallPhase of values) world.cluster.put(TYPE, ticket('a', { status: { overallPhase } }))
    return world
  }
  const path = 'status.overallPhase'
  const of = (claims: JsonObject): JsonObject => ({ crd: TYPE.kind, ...claims })
  const passed = of({ passedThrough: { path, values: ['Pending', 'Completed'] } })
  const never = of({ neverWas: { path, value: 'Failed' } })
  const once = of({ changedOnce: path })

  test('passedThrough wants values in their order, whatever lies between', async () => {
    await hold(phases('Pending', 'Processing', 'Completed'), passed)
    expect(await detailsOf(hold(phases('Completed', 'Pending'), passed))).toEqual({
      code: 'EXPECTATION',
      message: '1 RemediationRequest is there, and its past is not as expected',
      span: { file: 'passedThrough', line: 1, col: 1, start: 0, end: 0 },
      mismatches: [
        {
          path: 'passedThrough',
          expected: 'status.overallPhase of a to pass through "Pending", "Completed"',
          actual: [null, 'Completed', 'Pending'],
        },
      ],
      notes: [
        'looked once; give `within` to wait for it',
        'there: app-1/a, created just now (2025-11-24T12:00:00.000Z)',
      ],
    })
  })

  test('neverWas fails although the value is another one by now', async () => {
    await hold(phases('Pending', 'Completed'), never)
    const { mismatches } = await detailsOf(hold(phases('Failed', 'Completed'), never))
    expect(mismatches).toEqual([
      {
        path: 'neverWas',
        expected: 'status.overallPhase of a never to be "Failed"',
        actual: [null, 'Failed', 'Completed'],
      },
    ])
  })

  test('changedOnce fails for no change and for more than one', async () => {
    await hold(phases('Pending'), once)
    for (const world of [phases(), phases('Pending', 'Completed')]) {
      const { mismatches } = await detailsOf(hold(world, once))
      expect(mismatches).toMatchObject([
        { path: 'changedOnce', expected: 'status.overallPhase of a to change exactly once' },
      ])
    }
  })

  test('an expectation of the past can be waited for', async () => {
    const world = phases('Pending')
    const running = hold(world, { ...passed, within: '5s' })
    await world.clock.advance(1000)
    world.cluster.put(TYPE, ticket('a', { status: { overallPhase: 'Completed' } }))
    await world.clock.advance(0)
    await running
  })

  test('a hole in the watch makes a claim broken, unless it is violated already', async () => {
    for (const claim of [never, once, passed]) {
      const world = phases('Pending')
      world.cluster.holes = 1
      expect(await thrownBy(hold(world, claim))).toMatchObject({
        code: 'UNSEEN',
        message: 'the watch had a hole',
      })
    }
    const violated = phases('Failed', 'Pending')
    violated.cluster.holes = 1
    expect(await thrownBy(hold(violated, never))).toMatchObject({ code: 'EXPECTATION' })
    const shown = phases('Pending', 'Completed')
    shown.cluster.holes = 1
    await hold(shown, passed)
  })

  test('what the watch has not told of yet is waited for', async () => {
    const world = phases('Pending')
    world.cluster.lags = true
    world.cluster.put(TYPE, ticket('a', { status: { overallPhase: 'Failed' } }))
    world.cluster.put(TYPE, ticket('a', { status: { overallPhase: 'Completed' } }))
    const running = thrownBy(hold(world, never))
    await world.clock.advance(100)
    world.cluster.catchUp()
    await world.clock.advance(0)
    expect(await running).toMatchObject({ code: 'EXPECTATION' })
  })
})

describe('alerts', () => {
  const entry: LedgerEntry = {
    request: { path: '/x', headers: {}, body: '' },
    status: 202,
    body: {},
    wall: 0,
  }

  function accounting(world: FakeWorld, patienceMs: number): { open: LedgerEntry[]; tell: () => void } {
    const state = { open: [entry], tell: (): void => undefined }
    world.account = {
      open: () => state.open,
      patienceMs: (entries) => (entries.length === 0 ? 0 : patienceMs),
      tell: () => Promise.resolve(['unaccounted: A of x, answered 202 {}']),
      subscribe: (changed) => {
        state.tell = changed
        return () => undefined
      },
    }
    return state
  }

  test('are conserved when each is in an object', async () => {
    const world = new FakeWorld()
    accounting(world, 4000).open = []
    expect(await hold(world, { alerts: 'conserved' })).toEqual({ open: 0 })
  })

  test('are waited for as long as the timers of the gateway allow', async () => {
    const world = new FakeWorld()
    const state = accounting(world, 4000)
    const running = hold(world, { alerts: 'conserved' })
    await world.clock.advance(3000)
    state.open = []
    state.tell()
    await world.clock.advance(0)
    expect(await running).toEqual({ open: 0 })
  })

  test('that nothing accounts for fail with their story', async () => {
    const world = new FakeWorld()
    accounting(world, 4000)
    const running = detailsOf(hold(world, { alerts: 'conserved', within: '1s' }))
    await world.clock.advance(1000)
    expect(await running).toEqual({
      code: 'EXPECTATION',
      message: 'a signal was accepted by the gateway and is in no object',
      span: { file: 'alerts', line: 1, col: 1, start: 0, end: 0 },
      mismatches: [{ path: 'alerts', expected: 'no signal without an object', actual: 1 }],
      notes: [
        'within 1s of the start of the step; looked 2 times, and nothing changed',
        'unaccounted: A of x, answered 202 {}',
      ],
    })
  })
})

describe('log', () => {
  const LINES = ['{"level":"info","msg":"created A"}', '{"level":"error","msg":"no B"}', 'plain A']

  function written(lines: readonly string[] = LINES): FakeWorld {
    const world = new FakeWorld()
    world.log = lines
    return world
  }

  test('wants a line with a piece, or so many of them', async () => {
    expect(await hold(written(), { log: 'gateway', contains: 'B' })).toEqual({ lines: [LINES[1]], count: 1 })
    expect(await hold(written(), { log: 'gateway', contains: 'A', count: 2 })).toMatchObject({ count: 2 })
    expect(await hold(written(), { log: 'gateway', json: { level: 'error' } })).toMatchObject({ count: 1 })
  })

  test('shows the last lines when there is none', async () => {
    expect(await detailsOf(hold(written(), { log: 'gateway', contains: 'C' }))).toEqual({
      code: 'EXPECTATION',
      message: 'no line is like this, of 3 about this scenario',
      span: { file: 'contains', line: 1, col: 1, start: 0, end: 0 },
      mismatches: [{ path: 'contains', expected: 'at least one line', actual: 'none' }],
      notes: ['looked once; give `within` to wait for it', ...LINES.map((line) => `log: ${line}`)],
    })
  })

  test('tells what differs in the closest line', async () => {
    const { mismatches } = await detailsOf(
      hold(written(LINES.slice(0, 1)), { log: 'gateway', json: { level: 'error', msg: 'created A' } }),
    )
    expect(mismatches).toEqual([{ path: 'json.level', expected: 'error', actual: 'info' }])
  })

  test('counts lines', async () => {
    const { message, mismatches } = await detailsOf(
      hold(written(), { log: 'gateway', contains: 'A', count: 1 }),
    )
    expect(message).toBe('2 lines are like this, of 3 about this scenario')
    expect(mismatches).toEqual([{ path: 'count', expected: '1', actual: 2 }])
  })
})

describe('since', () => {
  const sample = (value: number) => [{ name: 'signals_total', labels: {}, value }]
  const growth = { metric: 'signals_total', increasedBy: 2, since: 'burst' }

  test('counts from a moment that has a name', async () => {
    const world = new FakeWorld()
    world.gateway.answer = () => reply(200, 'signals_total 7\n')
    world.baseline = sample(0)
    world.moments['burst'] = sample(5)
    await hold(world, growth)
    expect((await detailsOf(hold(world, { ...growth, increasedBy: 7 }))).mismatches).toEqual([
      { path: 'increasedBy', expected: '7', actual: 2 },
    ])
  })

  test('a moment of which no metrics were taken is broken', async () => {
    const world = new FakeWorld()
    world.gateway.answer = () => reply(200, 'signals_total 7\n')
    expect(await thrownBy(hold(world, growth))).toMatchObject({
      code: 'NO_BASELINE',
      message: 'signals_total: no metrics were taken at burst',
    })
  })
})
