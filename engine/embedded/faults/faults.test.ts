import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { randomFrom } from '../../base/random.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import type { ApiServer } from '../apiserver/api-server.ts'
import {
  caller,
  manifestText,
  remediationRequest,
  REQUESTS,
  startCluster,
  watch,
  type Call,
} from '../apiserver/testing/cluster.ts'
import { startJsInstance } from '../redis/js-instance.ts'
import type { RedisInstance } from '../redis/provider.ts'
import type { End, FaultTargets } from './fault.ts'
import { beginFault, faults, type FaultRequest } from './index.ts'
import { RedisDoor } from './redis-door.ts'

let clock: ManualClock
let api: ApiServer
let call: Call
let instance: RedisInstance
let door: RedisDoor
let targets: FaultTargets
const clients: Redis[] = []

beforeEach(async () => {
  clock = new ManualClock()
  api = await startCluster({ clock, crds: [parse(manifestText)] })
  call = caller(api)
  instance = await startJsInstance()
  door = await RedisDoor.open(instance, clock)
  targets = { api, redis: door, clock, random: randomFrom('faults') }
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  await door.close()
  await instance.stop()
  await api.close()
})

const begin = (request: FaultRequest): Promise<End> => beginFault(request, targets)

function client(): Redis {
  const redis = new Redis({
    host: door.host,
    port: door.port,
    retryStrategy: () => null,
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
  })
  redis.on('error', () => undefined)
  clients.push(redis)
  return redis
}

describe('the API server', () => {
  const create = (name = 'a') => call('POST', REQUESTS, { body: remediationRequest(name) })

  test.each([
    ['api-throttled', 429],
    ['api-internal-error', 500],
    ['api-unavailable', 503],
  ] as const)('%s answers %i until it ends', async (fault, code) => {
    const end = await begin({ fault })
    expect(await create()).toMatchObject({ code, body: { kind: 'Status', code } })
    await end()
    expect(await create()).toMatchObject({ code: 201 })
  })

  test.each(['api-throttled', 'api-unavailable'] as const)('%s may ask to come again', async (fault) => {
    await begin({ fault, retryAfterSeconds: 7 })
    expect((await create()).headers['retry-after']).toBe('7')
  })

  test('a fault ends by the clock', async () => {
    await begin({ fault: 'api-unavailable', forMs: 3000 })
    await clock.advance(2999)
    expect((await create()).code).toBe(503)
    await clock.advance(1)
    expect((await create()).code).toBe(201)
  })

  test('a fault that is ended early leaves no timer behind', async () => {
    const before = clock.pending
    const end = await begin({ fault: 'api-unavailable', forMs: 3000 })
    await end()
    expect(clock.pending).toBe(before)
  })

  test('a scope names verbs, a resource and a share', async () => {
    await begin({ fault: 'api-unavailable', scope: { verbs: ['create'], resource: 'remediationrequests' } })
    expect((await create()).code).toBe(503)
    expect((await call('GET', REQUESTS)).code).toBe(200)
    expect((await call('GET', '/api/v1/namespaces/shop')).code).toBe(200)
  })

  test('a share is drawn by lot', async () => {
    await begin({ fault: 'api-unavailable', scope: { share: 0.5 } })
    const codes = []
    for (let time = 0; time < 40; time += 1) codes.push((await call('GET', REQUESTS)).code)
    expect(new Set(codes)).toEqual(new Set([200, 503]))
  })

  test('api-slow holds requests back, by the clock', async () => {
    await begin({ fault: 'api-slow', ms: 2000 })
    const waiting = clock.pending
    const reply = create()
    while (clock.pending === waiting) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(1999)
    expect(
      api.objects.list({
        group: 'remediation.kubernaut.io',
        version: 'v1alpha1',
        plural: 'remediationrequests',
      }),
    ).toEqual([])
    await clock.advance(1)
    expect((await reply).code).toBe(201)
  })

  test('api-reply-lost does what was asked and says nothing', async () => {
    const end = await begin({ fault: 'api-reply-lost', scope: { verbs: ['create'] } })
    await expect(create()).rejects.toThrow(/ECONNRESET|socket hang up/)
    await end()
    expect((await call('GET', `${REQUESTS}/a`)).code).toBe(200)
  })

  test('api-watch-cut cuts open watches', async () => {
    const watcher = await watch(api, `${REQUESTS}?watch=true`)
    await begin({ fault: 'api-watch-cut' })
    const next = watcher.next()
    const failed = expect(next).rejects.toThrow()
    await clock.advance(0)
    await failed
  })

  test('api-watch-expired ends them with 410, and the next ones', async () => {
    const watcher = await watch(api, `${REQUESTS}?watch=true`)
    await begin({ fault: 'api-watch-expired' })
    expect(await watcher.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    expect((await call('GET', `${REQUESTS}?watch=true`)).code).toBe(410)
  })

  test('api-conflicts refuses updates alone, with 409', async () => {
    await create()
    const { body } = await call('GET', `${REQUESTS}/a`)
    const end = await begin({ fault: 'api-conflicts' })
    expect(await call('PUT', `${REQUESTS}/a`, { body })).toMatchObject({
      code: 409,
      body: { reason: 'Conflict' },
    })
    expect((await create('b')).code).toBe(201)
    await end()
    expect((await call('PUT', `${REQUESTS}/a`, { body })).code).toBe(200)
  })
})

describe('Redis', () => {
  test('without a fault the door is as good as none', async () => {
    const redis = client()
    expect(await redis.set('a', 'x\r\ny')).toBe('OK')
    expect(await redis.get('a')).toBe('x\r\ny')
    expect(await redis.multi().incr('n').incr('n').exec()).toEqual([
      [null, 1],
      [null, 2],
    ])
    const listener = redis.duplicate()
    clients.push(listener)
    expect(await listener.subscribe('c', 'd')).toBe(2)
    const heard = once(listener, 'message')
    expect(await redis.publish('d', 'news')).toBe(1)
    expect(await heard).toEqual(['d', 'news'])
  })

  test('redis-down closes and refuses connections, and keeps the data', async () => {
    const redis = client()
    await redis.set('a', '1')
    const closed = once(redis, 'end')
    const end = await begin({ fault: 'redis-down' })
    await closed
    await expect(client().get('a')).rejects.toThrow()
    await end()
    expect(await client().get('a')).toBe('1')
  })

  test('redis-slow holds replies back, in their order', async () => {
    const redis = client()
    await redis.ping()
    const end = await begin({ fault: 'redis-slow', ms: 300 })
    const order: string[] = []
    const replies = Promise.all(['a', 'b', 'c'].map((key) => redis.set(key, key).then(() => order.push(key))))
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(299)
    expect(order).toEqual([])
    // Each reply waits from when it came, and they may have come one by one.
    while (order.length < 3) await clock.advance(300)
    await replies
    expect(order).toEqual(['a', 'b', 'c'])
    await end()
    expect(await redis.get('a')).toBe('a')
  })

  test('redis-paused answers nothing until it ends', async () => {
    const redis = client()
    await redis.ping()
    const end = await begin({ fault: 'redis-paused', forMs: 5000 })
    let answered = false
    const reply = redis.incr('n').then((count) => {
      answered = true
      return count
    })
    await clock.advance(4999)
    expect(answered).toBe(false)
    await clock.advance(1)
    expect(await reply).toBe(1)
    await end()
  })

  test('redis-lost comes back empty', async () => {
    const redis = client()
    await redis.set('a', '1')
    await begin({ fault: 'redis-lost' })
    expect(await client().get('a')).toBeNull()
  })

  test.each([
    ['redis-misconf', 'MISCONF', { set: true, del: true, ping: true }],
    ['redis-oom', 'OOM', { set: true, del: false, ping: false }],
  ] as const)('%s refuses with %s what it must, each reply in its place', async (fault, code, refused) => {
    const redis = client()
    await redis.set('a', '1')
    const end = await begin({ fault })
    const settled = await Promise.allSettled([
      redis.get('a'),
      redis.set('b', '2'),
      redis.get('a'),
      redis.eval("return redis.call('SET', KEYS[1], 'x')", 1, 'a'),
      redis.del('none'),
      redis.ping(),
      redis.get('a'),
    ])
    const said = settled.map((one) =>
      one.status === 'fulfilled' ? one.value : (one.reason as Error).message.split(' ')[0],
    )
    expect(said).toEqual(['1', code, '1', code, refused.del ? code : 0, refused.ping ? code : 'PONG', '1'])
    await end()
    expect(await redis.set('b', '2')).toBe('OK')
  })

  test('a transaction with a refused command is carried out not at all', async () => {
    const redis = client()
    const end = await begin({ fault: 'redis-oom' })
    await expect(redis.multi().del('a').incr('n').exec()).rejects.toThrow('EXECABORT')
    await end()
    expect(await redis.multi().incr('n').exec()).toEqual([[null, 1]])
  })

  test('faults may overlap, and each ends for itself', async () => {
    const redis = client()
    const [misconf, oom] = [await begin({ fault: 'redis-misconf' }), await begin({ fault: 'redis-oom' })]
    await misconf()
    await expect(redis.set('a', '1')).rejects.toThrow('OOM')
    await oom()
    await oom()
    expect(await redis.set('a', '1')).toBe('OK')
    const [first, second] = [await begin({ fault: 'redis-down' }), await begin({ fault: 'redis-down' })]
    await first()
    await expect(client().ping()).rejects.toThrow()
    await second()
    expect(await client().ping()).toBe('PONG')
  })
})

test('a fault is registered under its own name, with one sentence', () => {
  for (const [name, fault] of Object.entries(faults)) {
    expect(fault.name).toBe(name)
    expect(name.startsWith(`${fault.on}-`)).toBe(true)
    expect(fault.summary).toMatch(/^[A-Z].*[^.]\.$/)
  }
})

test('an unknown fault is refused with the nearest name', async () => {
  await expect(begin({ fault: 'redis-dow' as 'redis-down' })).rejects.toThrow(
    'unknown fault redis-dow, did you mean redis-down?',
  )
})

test('what reaches the door in pieces leaves it whole', async () => {
  const { connect } = await import('node:net')
  const socket = connect(door.port, door.host)
  await once(socket, 'connect')
  for (const piece of ['*3\r\n$3\r', '\nSET\r\n$1\r\nk\r\n$4\r\na\r', '\nb\r\nPING\r\n']) {
    socket.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  let said = ''
  while (!said.includes('PONG')) said += String((await once(socket, 'data'))[0])
  expect(said).toBe('+OK\r\n+PONG\r\n')
  socket.destroy()
  const taken = createServer().listen(0)
  expect((taken.address() as AddressInfo).port).not.toBe(door.port)
  taken.close()
})
