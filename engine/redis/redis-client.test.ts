import { spawn, spawnSync } from 'node:child_process'
import net from 'node:net'
import { createRedisMock } from 'js-redis-server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { RedisConnection } from './connection.ts'
import type { KeyLook } from './look.ts'
import { connectRedis, type RedisClient, type RedisOptions } from './redis-client.ts'
import { RedisReplyError, RedisTransportError } from './redis-errors.ts'

interface Server {
  readonly port: number
  stop(): Promise<void>
}

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function connect(port: number, more: Partial<RedisOptions> = {}): Promise<RedisClient> {
  const client = await connectRedis({ host: '127.0.0.1', port, clock: systemClock, ...more })
  closers.push(() => client.close())
  return client
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function startMock(): Promise<Server> {
  const mock = await createRedisMock({ compatibility: 'redis-7.0' })
  return { port: mock.port, stop: () => mock.close() }
}

async function startReal(): Promise<Server> {
  const port = await freePort()
  const options = ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1']
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error('redis-server ended')))
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve()
    })
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    port,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A wire to a server that can be cut or can go silent. */
async function openWire(target: number) {
  const sockets = new Set<net.Socket>()
  let silent: 'no' | 'replies' | 'both' = 'no'
  const server = net.createServer((client) => {
    const upstream = net.connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (bytes) => silent === 'both' || upstream.write(bytes))
    upstream.on('data', (bytes) => silent !== 'no' || client.write(bytes))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  closers.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    cut()
    await closed
  })
  return { port, cut, silence: (what: typeof silent) => (silent = what) }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function untilBack(client: RedisClient): Promise<void> {
  while ((await client.command('PING').catch(() => 'away')) !== 'PONG') await nextTurn()
}

/** Collects what a listener is told and waits for what is asked. */
function recorder() {
  const seen: KeyLook[] = []
  let wake = (): void => undefined
  const until = async (fits: (look: KeyLook) => boolean): Promise<KeyLook> => {
    for (;;) {
      const found = seen.find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    seen,
    until,
    listener: (look: KeyLook) => {
      seen.push(look)
      wake()
    },
  }
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
const servers = [
  { name: 'js-redis-server', start: startMock, present: true },
  { name: 'redis-server', start: startReal, present: hasRedis },
]

for (const { name, start, present } of servers) {
  describe.skipIf(!present)(`on ${name}`, () => {
    let server: Server
    beforeAll(async () => (server = await start()))
    afterAll(() => server.stop())
    afterEach(async () => {
      const client = await connect(server.port)
      await client.command('FLUSHALL')
      await client.command('CONFIG', 'SET', 'notify-keyspace-events', '')
    })

    test('commands answer with plain values', async () => {
      const client = await connect(server.port)
      expect(await client.command('SET', 'a', '1')).toBe('OK')
      expect(await client.command('INCR', 'a')).toBe(2)
      expect(await client.command('GET', 'missing')).toBeNull()
      expect(await client.command('LRANGE', 'missing', 0, -1)).toEqual([])
    })

    test('a look at each type of key', async () => {
      const client = await connect(server.port)
      const write = (command: string, ...args: (string | number)[]) => client.command(command, ...args)
      await write('SET', 's', 'text', 'PX', 60_000)
      await write('HSET', 'h', 'b', '2', 'a', '1')
      await write('RPUSH', 'l', 'x', 'y')
      await write('SADD', 'set', 'n', 'm')
      await write('ZADD', 'z', 1.5, 'low', 'inf', 'top')
      await write('XADD', 'x', '1-1', 'field', 'value')
      const s = await client.look('s')
      expect(s).toMatchObject({ type: 'string', value: 'text' })
      expect(s.ttlMs).toBeGreaterThan(0)
      expect(s.ttlMs).toBeLessThanOrEqual(60_000)
      expect(await client.look('h')).toEqual({ type: 'hash', value: { a: '1', b: '2' }, ttlMs: null })
      expect(await client.look('l')).toEqual({ type: 'list', value: ['x', 'y'], ttlMs: null })
      expect(await client.look('set')).toEqual({ type: 'set', value: ['m', 'n'], ttlMs: null })
      const members = [
        { member: 'low', score: 1.5 },
        { member: 'top', score: 'inf' },
      ]
      expect(await client.look('z')).toEqual({ type: 'zset', value: members, ttlMs: null })
      const entries = [{ id: '1-1', fields: { field: 'value' } }]
      expect(await client.look('x')).toEqual({ type: 'stream', value: entries, ttlMs: null })
      expect(await client.look('nothing')).toEqual({ type: 'none', value: null, ttlMs: null })
    })

    test('a scan finds every match, sorted', async () => {
      const client = await connect(server.port)
      const keys = Array.from({ length: 1200 }, (_, index) => `k:${String(index).padStart(4, '0')}`)
      await Promise.all([...keys, 'other'].map((key) => client.command('SET', key, '1')))
      expect(await client.scan('k:*')).toEqual(keys)
      expect(await client.scan('nope:*')).toEqual([])
    })

    test('an error reply is told from a broken connection', async () => {
      const client = await connect(server.port)
      await client.command('SET', 's', 'text')
      const error = await errorOf(client.command('LPUSH', 's', 'x'))
      expect(error).toBeInstanceOf(RedisReplyError)
      expect(error).toMatchObject({ code: 'WRONGTYPE' })
      expect((error as Error).message).toMatch(/^redis LPUSH: WRONGTYPE /)
    })

    test('a database can be chosen, and one that is not there is refused', async () => {
      const third = await connect(server.port, { db: 3 })
      await third.command('SET', 'only-here', '1')
      expect(await third.scan('*')).toEqual(['only-here'])
      expect(await (await connect(server.port)).scan('only-here')).toEqual([])
      const error = await errorOf(connect(server.port, { db: 99 }))
      expect(error).toBeInstanceOf(RedisReplyError)
    })

    test('keyspace events are on only when all of them are', async () => {
      const client = await connect(server.port)
      const answers: boolean[] = []
      for (const flags of ['', 'KEx', 'EA', 'KA']) {
        await client.command('CONFIG', 'SET', 'notify-keyspace-events', flags)
        answers.push(await client.keyspaceEvents())
      }
      expect(answers).toEqual([false, false, false, true])
    })

    test('a watched key is told as it is, at each change and at its end', async () => {
      const client = await connect(server.port, { db: 2 })
      await client.command('CONFIG', 'SET', 'notify-keyspace-events', 'KA')
      const { listener, until, seen } = recorder()
      const watch = await client.watchKey('key', listener)
      await until((look) => look.type === 'none')
      await client.command('SET', 'key', 'one')
      await until((look) => look.value === 'one')
      await client.command('SET', 'key', 'two', 'PX', 50)
      await until((look) => look.value === 'two')
      seen.length = 0
      await until((look) => look.type === 'none')
      expect(watch.lastError).toBeUndefined()
      watch.close()
      const other = recorder()
      await client.watchKey('key', other.listener)
      await client.command('SET', 'key', 'three')
      await other.until((look) => look.value === 'three')
      expect(seen.some((look) => look.value === 'three')).toBe(false)
    })

    test('the end of a watched key is seen although the server does not tell', async () => {
      const client = await connect(server.port)
      await client.command('SET', 'key', 'short', 'PX', 50)
      const { listener, until } = recorder()
      await client.watchKey('key', listener)
      await until((look) => look.type === 'none')
    })

    test('a change while the connection is away is seen when it is back', async () => {
      const wire = await openWire(server.port)
      const direct = await connect(server.port)
      await direct.command('CONFIG', 'SET', 'notify-keyspace-events', 'KA')
      const client = await connect(wire.port)
      const { listener, until } = recorder()
      await client.watchKey('key', listener)
      await until((look) => look.type === 'none')
      wire.silence('both')
      await direct.command('SET', 'key', 'unheard')
      wire.cut()
      wire.silence('no')
      await until((look) => look.value === 'unheard')
      await direct.command('SET', 'key', 'heard')
      await until((look) => look.value === 'heard')
    })

    test('a command that was cut off fails and is not sent again', async () => {
      const wire = await openWire(server.port)
      const direct = await connect(server.port)
      const client = await connect(wire.port)
      wire.silence('replies')
      const counted = errorOf(client.command('INCR', 'count'))
      while ((await direct.command('GET', 'count')) !== '1') await nextTurn()
      wire.cut()
      expect(await counted).toBeInstanceOf(RedisTransportError)
      wire.silence('no')
      await untilBack(client)
      expect(await client.command('GET', 'count')).toBe('1')
    })
  })
}

test('a refused connection says so', async () => {
  const port = await freePort()
  const error = await errorOf(connect(port))
  expect(error).toBeInstanceOf(RedisTransportError)
  expect((error as Error).message).toBe(`redis at 127.0.0.1:${port}: connection refused`)
})

test.skipIf(!hasRedis)('a missing or wrong password is an error reply', async () => {
  const server = await startReal()
  closers.push(() => server.stop())
  const client = await connect(server.port)
  await client.command('CONFIG', 'SET', 'requirepass', 'secret')
  expect(await errorOf(connect(server.port))).toMatchObject({ code: 'NOAUTH' })
  expect(await errorOf(connect(server.port, { password: 'wrong' }))).toMatchObject({ code: 'WRONGPASS' })
  expect(await (await connect(server.port, { password: 'secret' })).command('PING')).toBe('PONG')
})

test('a server that falls silent is given up on, and reached again when it talks', async () => {
  const server = await startMock()
  closers.push(() => server.stop())
  const wire = await openWire(server.port)
  const client = await connect(wire.port, { timeoutMs: 50 })
  wire.silence('both')
  const error = await errorOf(client.command('GET', 'a'))
  expect((error as Error).message).toBe(`redis at 127.0.0.1:${wire.port}: no answer to GET within 50 ms`)
  wire.silence('no')
  await untilBack(client)
})

test('connections can be made by a function instead of TCP, the second one and new ones included', async () => {
  const server = await startMock()
  closers.push(() => server.stop())
  const made: net.Socket[] = []
  const client = await connect(6379, {
    host: 'redis.sandbox',
    makeConnection: (to) => {
      expect(to).toEqual({ host: 'redis.sandbox', port: 6379 })
      const socket = net.connect(server.port, '127.0.0.1')
      made.push(socket)
      return socket
    },
  })
  await client.command('CONFIG', 'SET', 'notify-keyspace-events', 'KA')
  const { listener, until } = recorder()
  await client.watchKey('key', listener)
  made[0]?.destroy()
  await untilBack(client)
  await client.command('SET', 'key', 'value')
  await until((look) => look.value === 'value')
  expect(made).toHaveLength(3)
})

test('a client that waits to connect again can be closed', async () => {
  const server = await startMock()
  closers.push(() => server.stop())
  const made: net.Socket[] = []
  const client = await connectRedis({
    host: '127.0.0.1',
    port: server.port,
    clock: systemClock,
    makeConnection: ({ host, port }) => {
      const socket = net.connect(port, host)
      made.push(socket)
      return socket
    },
  })
  const gone = new Promise((resolve) => made[0]?.once('close', resolve))
  made[0]?.destroy()
  await gone
  await client.close()
  expect(made).toHaveLength(1)
})

test('something that is not redis is an error with a cause', async () => {
  const server = net.createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => void server.close(() => resolve())))
  const { port } = server.address() as net.AddressInfo
  expect(await errorOf(connect(port))).toBeInstanceOf(RedisTransportError)
})

test('closing between two connections comes to an end', async () => {
  const server = await startMock()
  const wire = await openWire(server.port)
  const connection = new RedisConnection({ host: '127.0.0.1', port: wire.port, clock: systemClock })
  await connection.connect()
  wire.cut()
  while (connection.redis.status !== 'reconnecting') await nextTurn()
  await connection.close()
  expect(connection.redis.status).toBe('reconnecting')
  expect(await errorOf(connection.command('PING', []))).toBeInstanceOf(RedisTransportError)
  await server.stop()
})
