import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../base/json.ts'
import { observe } from '../observing.ts'
import { readSamples } from '../prometheus.ts'
import { FakeWorld, NAMESPACE, TYPE, reply, refused, thrownBy, ticket } from '../testing/fake-context.ts'
import type { Look } from './define.ts'

const KIND = TYPE.kind

async function look(world: FakeWorld, input: JsonObject): Promise<Look> {
  const observer = await observe(input, world.context(input))
  return (observer.confirm ?? observer.look)()
}

async function paths(world: FakeWorld, input: JsonObject): Promise<string[]> {
  return (await look(world, input)).mismatches.map(({ path }) => path)
}

test('a step that names no subject is broken', async () => {
  expect(await thrownBy(look(new FakeWorld(), {}))).toMatchObject({ code: 'NO_SUBJECT', outcome: 'broken' })
})

describe('objects', () => {
  /** `a` is older than `b`. */
  async function two(): Promise<FakeWorld> {
    const world = new FakeWorld()
    world.cluster.put(TYPE, ticket('b', { metadata: { labels: { x: '1' } }, spec: { n: 1, s: 'low' } }))
    await world.clock.advance(2000)
    world.cluster.put(TYPE, ticket('a', { spec: { n: 2, s: 'high' } }))
    return world
  }

  test('are counted, in the namespaces of the scenario unless it says which', async () => {
    const world = await two()
    world.cluster.put(TYPE, ticket('c', { metadata: { namespace: 'elsewhere' } }))
    expect(await paths(world, { crd: KIND, count: 2 })).toEqual([])
    expect(await paths(world, { crd: KIND, count: { $lt: 2 } })).toEqual(['count'])
    expect(await paths(world, { crd: KIND, namespace: 'elsewhere', count: 1 })).toEqual([])
  })

  test('are selected by name, labels and where', async () => {
    const world = await two()
    expect(await paths(world, { crd: KIND, name: 'a', count: 1 })).toEqual([])
    expect(await paths(world, { crd: KIND, labels: { x: '1' }, spec: { n: 1 } })).toEqual([])
    expect(await paths(world, { crd: KIND, labels: { x: '2' }, count: 0 })).toEqual([])
    expect(
      await paths(world, { crd: KIND, where: { spec: { n: { $gt: 1 } } }, metadata: { name: 'a' } }),
    ).toEqual([])
  })

  test('without a claim there must be one', async () => {
    const world = new FakeWorld()
    expect(await paths(world, { crd: KIND })).toEqual(['crd'])
    world.cluster.put(TYPE, ticket('a'))
    expect(await paths(world, { crd: KIND })).toEqual([])
  })

  test('fields want exactly one object, and all that differ are told at once', async () => {
    const world = await two()
    const several = await look(world, { crd: KIND, spec: { n: 1 } })
    expect(several.mismatches).toEqual([{ path: 'spec', expected: 'exactly one object', actual: ['b', 'a'] }])
    const wrong = { crd: KIND, name: 'a', spec: { n: 7, s: 'low', more: 1 }, status: { phase: 'x' } }
    expect(await paths(world, wrong)).toEqual(['spec.n', 'spec.s', 'spec.more', 'status'])
    expect(await paths(world, { crd: KIND, name: 'z', spec: { n: 1 } })).toEqual(['spec'])
  })

  test('each wants every one, and at least one, beside count', async () => {
    const world = await two()
    expect(await paths(world, { crd: KIND, count: 2, each: { spec: { n: { $gte: 1 } } } })).toEqual([])
    const { mismatches } = await look(world, { crd: KIND, count: 3, each: { spec: { n: 1 } } })
    expect(mismatches).toMatchObject([
      { path: 'count', actual: 2 },
      { path: 'each.spec.n', actual: 2, expected: expect.stringContaining('of a') as string },
    ])
    expect(await paths(world, { crd: KIND, name: 'z', each: {} })).toEqual(['each'])
  })

  test('any wants one, and otherwise tells of the closest', async () => {
    const world = await two()
    expect(await paths(world, { crd: KIND, any: { spec: { s: 'high' } } })).toEqual([])
    const { mismatches } = await look(world, { crd: KIND, any: { spec: { n: 2, s: 'low', m: 1 } } })
    expect(mismatches).toHaveLength(2)
    expect(mismatches.every(({ path }) => path.startsWith('any.spec.'))).toBe(true)
    expect(await paths(world, { crd: KIND, any: { $expr: 'it == 3' } })).toEqual(['any'])
    expect(await paths(world, { crd: KIND, name: 'z', any: {} })).toEqual(['any'])
  })

  test('none names the offenders', async () => {
    const world = await two()
    expect(await paths(world, { crd: KIND, none: { spec: { s: 'medium' } } })).toEqual([])
    const { mismatches } = await look(world, { crd: KIND, none: { spec: { n: { $gte: 1 } } } })
    expect(mismatches.map(({ actual }) => actual)).toEqual(['b', 'a'])
  })

  test('first and last go by creation', async () => {
    const world = await two()
    const input = { crd: KIND, first: { metadata: { name: 'b' } }, last: { metadata: { name: 'a' } } }
    expect(await paths(world, input)).toEqual([])
    expect(await paths(world, { crd: KIND, first: { spec: { n: 2 } }, last: { spec: { n: 1 } } })).toEqual([
      'first.spec.n',
      'last.spec.n',
    ])
    expect(await paths(world, { crd: KIND, name: 'z', first: {} })).toEqual(['first'])
  })

  test('unique wants another value in each', async () => {
    const world = await two()
    expect(await paths(world, { crd: KIND, unique: 'spec.n' })).toEqual([])
    world.cluster.put(TYPE, ticket('c', { spec: { n: 2 } }))
    expect(await paths(world, { crd: KIND, unique: 'spec.n' })).toEqual(['unique'])
  })

  test('absent means that none is there; gone, that one was', async () => {
    const world = new FakeWorld()
    expect(await paths(world, { crd: KIND, absent: true })).toEqual([])
    expect(await paths(world, { crd: KIND, gone: true })).toEqual(['gone'])
    world.cluster.put(TYPE, ticket('a'))
    expect(await paths(world, { crd: KIND, absent: true })).toEqual(['absent'])
    expect(await paths(world, { crd: KIND, gone: true })).toEqual(['gone'])
    world.cluster.remove(TYPE, { namespace: NAMESPACE, name: 'a' })
    expect(await paths(world, { crd: KIND, gone: true })).toEqual([])
    expect(await paths(world, { crd: KIND, name: 'other', gone: true })).toEqual(['gone'])
  })

  test('what as stores: all objects, the one, and when', async () => {
    const world = await two()
    expect((await look(world, { crd: KIND })).result).toMatchObject({
      objects: [{ metadata: { name: 'b' } }, { metadata: { name: 'a' } }],
      at: world.clock.wall(),
    })
    expect((await look(world, { crd: KIND, name: 'a' })).result['object']).toMatchObject({ spec: { n: 2 } })
    expect((await look(world, { crd: KIND })).result).not.toHaveProperty('object')
  })

  test('a glance reads the watch, a confirmation asks the server', async () => {
    const world = new FakeWorld()
    world.cluster.lags = true
    world.cluster.put(TYPE, ticket('a'))
    const input = { crd: KIND, count: 1 }
    const observer = await observe(input, world.context(input))
    expect(await observer.look()).toMatchObject({ ok: false })
    expect(await observer.confirm?.()).toMatchObject({ ok: true })
    const told: number[] = []
    const unsubscribe = observer.states?.(({ version }) => told.push(version))
    world.cluster.catchUp()
    world.cluster.put(TYPE, ticket('b', { metadata: { namespace: 'of-another' } }))
    world.cluster.catchUp()
    expect(told).toEqual([1])
    expect(await observer.look()).toMatchObject({ ok: true })
    unsubscribe?.()
  })

  test('that would be looked for in no namespace prove nothing', async () => {
    const context = { ...new FakeWorld().context(), namespaces: [] }
    const error = await thrownBy(observe({ crd: KIND, absent: true }, context))
    expect(error).toMatchObject({ outcome: 'broken', code: 'NO_NAMESPACE' })
    await expect(observe({ crd: KIND, namespace: 'elsewhere' }, context)).resolves.toBeDefined()
  })

  test('a kind that nobody knows is broken', async () => {
    expect(await thrownBy(look(new FakeWorld(), { crd: 'Pudding' }))).toMatchObject({ code: 'UNKNOWN_KIND' })
  })
})

describe('a redis key', () => {
  const key = 'alert:buffer:app-1:A'
  const named = { buffer: { namespace: NAMESPACE, alert: 'A' } }

  test('is found by the name the description has for it, or by itself', async () => {
    const world = new FakeWorld()
    world.redis.set(key, 'list', ['a'])
    expect(await look(world, { redis: named })).toMatchObject({ ok: true, result: { key } })
    expect(await look(world, { redis: { key } })).toMatchObject({ ok: true })
    expect(await thrownBy(look(world, { redis: { pudding: {} } }))).toMatchObject({ code: 'NO_KEY' })
  })

  test('has type, value, members, length and time to live', async () => {
    const world = new FakeWorld()
    world.redis.set(key, 'list', ['a', 'b'], 2500)
    const right = {
      type: 'list',
      value: ['a', 'b'],
      members: { $contains: 'b' },
      length: 2,
      ttl: { $lte: 2.5 },
    }
    expect(await paths(world, { redis: named, ...right })).toEqual([])
    const wrong = { type: 'hash', value: ['b'], members: ['b', 'a'], length: 3, ttl: { $gt: 3 } }
    const told = await paths(world, { redis: named, ...wrong })
    expect(new Set(told.map((path) => path.split('.')[0]))).toEqual(
      new Set(['type', 'value', 'members', 'length', 'ttl']),
    )
  })

  test('of a hash has fields, of a sorted set members by score', async () => {
    const world = new FakeWorld()
    world.redis.set('h', 'hash', { count: '2', at: 'x' })
    expect(await paths(world, { redis: { key: 'h' }, fields: { count: '2' }, length: 2, ttl: null })).toEqual(
      [],
    )
    expect(await paths(world, { redis: { key: 'h' }, fields: { count: '3' } })).toEqual(['fields.count'])
    world.redis.set('z', 'zset', [
      { member: 'a', score: 1 },
      { member: 'b', score: 2 },
    ])
    expect(await paths(world, { redis: { key: 'z' }, members: ['a', 'b'] })).toEqual([])
  })

  test('that is not there fails every claim but absence', async () => {
    const world = new FakeWorld()
    expect(await paths(world, { redis: named })).toEqual(['redis'])
    expect(await paths(world, { redis: named, length: 0 })).toEqual(['redis'])
    expect(await paths(world, { redis: named, absent: true })).toEqual([])
    world.redis.set(key, 'list', ['a'])
    expect(await paths(world, { redis: named, absent: true })).toEqual(['absent'])
  })

  test('is gone only when it was seen, or when a reply says that it was written', async () => {
    const world = new FakeWorld()
    expect(await paths(world, { redis: named, gone: true })).toEqual(['gone'])
    world.written.add(key)
    expect(await paths(world, { redis: named, gone: true })).toEqual([])
    world.written.clear()
    world.redis.set(key, 'list', ['a'])
    const input = { redis: named, gone: true }
    const observer = await observe(input, world.context(input))
    expect(await observer.look()).toMatchObject({ ok: false })
    world.redis.remove(key)
    expect(await observer.look()).toMatchObject({ ok: true })
  })

  test('says when to look for its end, and is not said to change while its life runs out', async () => {
    const world = new FakeWorld()
    world.redis.set(key, 'list', ['a'], 2000)
    const before = await look(world, { redis: named, gone: true })
    await world.clock.advance(500)
    const after = await look(world, { redis: named, gone: true })
    expect([before.lookAgainMs, after.lookAgainMs]).toEqual([2001, 1501])
    expect(after.summary).toBe(before.summary)
    expect(after.notes).toEqual(['1.5 s to live'])
  })

  test('is told of whenever it is something else, or will end at another time', async () => {
    const world = new FakeWorld()
    const observer = await observe({ redis: named }, world.context())
    await observer.look()
    world.redis.set(key, 'list', ['a'], 2000)
    await observer.look()
    await world.clock.advance(1500)
    await observer.look()
    world.redis.set(key, 'list', ['a'], 2000)
    await observer.look()
    world.redis.set(key, 'list', ['a', 'b'])
    await observer.look()
    await observer.look()
    const seen = { type: 'key:seen', key }
    expect(world.news).toEqual([
      { ...seen, is: 'none', value: null },
      { ...seen, is: 'list', value: ['a'], ttlMs: 2000 },
      { ...seen, is: 'list', value: ['a'], ttlMs: 2000 },
      { ...seen, is: 'list', value: ['a', 'b'] },
    ])
  })

  test('is followed where the server tells of changes, and polled where not', async () => {
    const world = new FakeWorld()
    expect((await observe({ redis: named }, world.context())).subscribe).toBeUndefined()
    world.redis.events = true
    const observer = await observe({ redis: named }, world.context())
    let told = 0
    const unsubscribe = await observer.subscribe?.(() => (told += 1))
    world.redis.set(key, 'list', ['a'])
    await world.clock.advance(0)
    expect(told).toBe(1)
    unsubscribe?.()
    expect(world.redis.watches).toBe(0)
  })
})

describe('a metric', () => {
  const text = [
    '# TYPE calls_total counter',
    'calls_total{path="/a",status="200"} 3',
    'calls_total{path="/b",status="200"} 4 1700000000',
    'odd{text="a \\"b\\" \\\\ }"} +Inf',
    '# TYPE quiet_total counter',
  ].join('\n')

  function scraped(answer: string, status = 200): FakeWorld {
    const world = new FakeWorld()
    world.gateway.answer = () => reply(status, answer)
    return world
  }

  test('is the sum of its series with these labels', async () => {
    const world = scraped(text)
    expect(await paths(world, { metric: 'calls_total', value: 7, samples: 2 })).toEqual([])
    expect(await paths(world, { metric: 'calls_total', labels: { path: '/a' }, value: 3 })).toEqual([])
    expect(await paths(world, { metric: 'odd', labels: { text: 'a "b" \\ }' }, samples: 1 })).toEqual([])
    const wrong = await look(world, { metric: 'calls_total', value: 1, samples: 9 })
    expect(wrong.mismatches.map(({ path }) => path)).toEqual(['value', 'samples'])
    expect(wrong.notes[0]).toBe('there: calls_total{"path":"/a","status":"200"} 3')
    expect(world.gateway.requests[0]).toMatchObject({ method: 'GET', path: '/metrics' })
  })

  test('that is absent is 0 and not present; a family without series is present', async () => {
    const world = scraped(text)
    expect(await paths(world, { metric: 'nowhere_total', value: 0, present: false })).toEqual([])
    expect(await paths(world, { metric: 'quiet_total', present: true, samples: 0 })).toEqual([])
    expect(await paths(world, { metric: 'nowhere_total' })).toEqual(['present'])
  })

  function after(before: string, now: string): FakeWorld {
    const world = scraped(now)
    const read = readSamples(before)
    world.baseline = read.ok ? read.samples : undefined
    return world
  }

  test('has grown since before the first step, series by series', async () => {
    const world = after('c{a="1"} 5\nc{a="2"} 7', 'c{a="2"} 9\nc{a="1"} 6\nc{a="3"} 4')
    expect(await paths(world, { metric: 'c', increasedBy: 7 })).toEqual([])
    expect(await paths(world, { metric: 'c', labels: { a: '1' }, increasedBy: 1 })).toEqual([])
    expect(await paths(world, { metric: 'c', increasedBy: 8 })).toEqual(['increasedBy'])
    expect(await paths(world, { metric: 'other', increasedBy: 0 })).toEqual([])
  })

  test('of a process that was started again says so, whichever counter shows it', async () => {
    const restarted = 'the counters began anew in between'
    const notesOf = async (before: string, now: string): Promise<readonly string[]> => {
      const world = scraped(now)
      const read = readSamples(before)
      world.baseline = read.ok ? read.samples : []
      return (await look(world, { metric: 'made_total', increasedBy: 2 })).notes
    }
    expect((await notesOf('calls_total 5', 'calls_total 1\nmade_total 1')).join()).toContain(restarted)
    expect((await notesOf('calls_total 5', 'made_total 1')).join()).toContain(restarted)
    const started = (seconds: number): string => `process_start_time_seconds ${seconds}\nmade_total 0`
    expect((await notesOf(started(100), started(107.5))).join()).toContain(restarted)
    expect((await notesOf(started(100), started(100))).join()).not.toContain(restarted)
    expect(
      (await notesOf('calls_total 5\nopen 9', 'calls_total 5\nmade_total 1\nopen 0')).join(),
    ).not.toContain(restarted)
  })

  test('that is lower than before was reset and counts whole', async () => {
    expect(await paths(after('c 100', 'c 2'), { metric: 'c', increasedBy: 2 })).toEqual([])
  })

  test('without a baseline is broken where growth is asked for', async () => {
    const error = await thrownBy(look(scraped(text), { metric: 'calls_total', increasedBy: 0 }))
    expect(error).toMatchObject({ code: 'NO_BASELINE', outcome: 'broken' })
  })

  test('of a gateway that answers something else fails, whatever is claimed', async () => {
    expect(await paths(scraped('{"calls_total": 3}'), { metric: 'calls_total', value: 0 })).toEqual([
      'metric',
    ])
    expect(await paths(scraped('', 503), { metric: 'calls_total', value: 0 })).toEqual(['metric'])
    expect(await paths(scraped('c{a=1} 3'), { metric: 'c', value: 0 })).toEqual(['metric'])
  })

  test('of a gateway that cannot be reached was not seen', async () => {
    const world = new FakeWorld()
    world.gateway.answer = () => refused
    expect(await look(world, { metric: 'c', value: 0 })).toMatchObject({
      ok: false,
      unseen: 'POST /x: connection refused',
    })
  })
})

describe('an http call', () => {
  test('is a GET, of which status, headers and body are held against what is expected', async () => {
    const world = new FakeWorld()
    world.gateway.answer = () => reply(200, { status: 'ready' }, { 'content-type': 'text/plain' })
    const http = { path: '/ready', headers: { 'X-A': '1' } }
    expect(await paths(world, { http, status: 200, body: { status: 'ready' } })).toEqual([])
    expect(world.gateway.requests[0]).toMatchObject({
      method: 'GET',
      path: '/ready',
      headers: { 'x-a': '1' },
    })
    const wrong = { http, status: 503, headers: { 'Content-Type': 'x' }, body: { status: 'no' } }
    expect(await paths(world, wrong)).toEqual(['status', 'headers.content-type', 'body.status'])
  })
})

describe('a value', () => {
  test('is true, or what the operators say', async () => {
    const world = new FakeWorld()
    expect(await paths(world, { value: true })).toEqual([])
    expect(await paths(world, { value: false })).toEqual(['value'])
    expect(await paths(world, { value: 'Pod-1', $matches: '^Pod' })).toEqual([])
    expect(await paths(world, { value: 7, $gte: 8, $lt: 7 })).toEqual(['value', 'value'])
    expect(await paths(world, { value: { a: 1 }, $eq: { a: 2 } })).not.toEqual([])
  })
})
