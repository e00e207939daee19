import { Redis } from 'ioredis'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../base/clock.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { askPid } from './ask-pid.ts'
import { createWatchdog, type Watchdog } from './create-watchdog.ts'
import { findServer } from './find-server.ts'
import { JS_REDIS_NAME, provideRedis, type RedisInstance } from './provider.ts'
import { startServerProcess } from './server-process.ts'

const searchPath = process.env['PATH'] ?? ''
const installed = (await findServer(searchPath)).server
const entry = ['--import', 'tsx', fileURLToPath(new URL('watchdog.ts', import.meta.url))]

let root: string
let runDir: string
let watchdog: Watchdog
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'gwscen-redis-'))
  watchdog = createWatchdog({ entry, clock: systemClock })
  watchdog.guardFolder(root)
})
afterAll(() => watchdog.close())
beforeEach(() => {
  runDir = mkdtempSync(path.join(root, 'run-'))
})

describe.each(['server', 'js'] as const)('a Redis by %s', (prefer) => {
  const absent = prefer === 'server' && installed === undefined
  const instances: RedisInstance[] = []
  const clients: Redis[] = []
  const start = async (): Promise<RedisInstance> => {
    const provider = await provideRedis({ clock: systemClock, searchPath, prefer, runDir, watchdog })
    const instance = await provider.start()
    instances.push(instance)
    return instance
  }
  const client = ({ host, port }: RedisInstance): Redis => {
    const redis = new Redis({ host, port, retryStrategy: () => null })
    redis.on('error', () => undefined)
    clients.push(redis)
    return redis
  }
  afterEach(async () => {
    for (const redis of clients.splice(0)) redis.disconnect()
    for (const instance of instances.splice(0)) await instance.stop()
  })

  test.skipIf(absent)('keeps what a gateway keeps, on 127.0.0.1', async () => {
    const instance = await start()
    const redis = client(instance)
    expect(instance.host).toBe('127.0.0.1')
    expect(await redis.set('a', '1', 'PX', 60_000, 'NX')).toBe('OK')
    expect(await redis.set('a', '2', 'NX')).toBeNull()
    expect(await redis.pttl('a')).toBeGreaterThan(50_000)
    expect(await redis.incr('n')).toBe(1)
    expect(await redis.hset('h', 'x', '1', 'y', '2')).toBe(2)
    expect(await redis.hgetall('h')).toEqual({ x: '1', y: '2' })
    expect(await redis.rpush('l', 'p', 'q')).toBe(2)
    expect(await redis.lrange('l', 0, -1)).toEqual(['p', 'q'])
    expect(await redis.eval("return redis.call('GET', KEYS[1])", 1, 'a')).toBe('1')
    expect(await redis.scan('0', 'MATCH', 'h*', 'COUNT', 100)).toEqual(['0', ['h']])
    await redis.select(15)
    expect(await redis.dbsize()).toBe(0)
  })

  test.skipIf(absent)('tells of changed and expired keys', async () => {
    const instance = await start()
    const listener = client(instance)
    const events: string[] = []
    const expired = new Promise<void>((resolve) => {
      listener.on('pmessage', (_pattern, channel: string, key: string) => {
        events.push(`${channel} ${key}`)
        if (channel.endsWith('expired')) resolve()
      })
    })
    await listener.psubscribe('__keyevent@0__:*')
    await client(instance).set('k', 'v', 'PX', 20)
    await expired
    expect(events).toContain('__keyevent@0__:set k')
    expect(events).toContain('__keyevent@0__:expired k')
  })

  test.skipIf(absent)('is separate from the other ones of the run', async () => {
    const [one, two] = [await start(), await start()]
    await client(one).set('k', 'v')
    expect(one.port).not.toBe(two.port)
    expect(await client(two).exists('k')).toBe(0)
  })

  test.skipIf(absent)('speaks over a dialled connection', async () => {
    const stream = (await start()).dial()
    stream.write('PING\r\n')
    const [answer] = (await stream.take(1).toArray()) as Buffer[]
    expect(String(answer)).toBe('+PONG\r\n')
  })

  test.skipIf(absent)('restarts empty on its port and drops its connections', async () => {
    const instance = await start()
    const { port } = instance
    const redis = client(instance)
    await redis.set('k', 'v')
    const dropped = new Promise((resolve) => redis.once('end', resolve))
    await instance.restart()
    await dropped
    expect(instance.port).toBe(port)
    expect(instance.alive()).toBe(true)
    expect(await client(instance).exists('k')).toBe(0)
  })

  test.skipIf(absent)('leaves no listener and no folder when it is stopped, once or twice', async () => {
    const instance = await start()
    await instance.stop()
    await instance.stop()
    expect(instance.alive()).toBe(false)
    expect(readdirSync(runDir)).toEqual([])
    const refused = new Promise((resolve) =>
      connect(instance.port, '127.0.0.1').once('error', (error) =>
        resolve((error as NodeJS.ErrnoException).code),
      ),
    )
    expect(await refused).toBe('ECONNREFUSED')
  })

  test.skipIf(absent)('is not started for a run that has been stopped', async () => {
    const provider = await provideRedis({ clock: systemClock, searchPath, prefer, runDir, watchdog })
    const reason = new Error('stopped')
    await expect(provider.start(AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(readdirSync(runDir)).toEqual([])
  })
})

describe('the choice of a Redis', () => {
  const provide = (folder: string, prefer?: 'server' | 'js') =>
    provideRedis({
      clock: systemClock,
      searchPath: folder,
      runDir,
      watchdog,
      ...(prefer === undefined ? {} : { prefer }),
    })
  const program = (name: string, script: string): string => {
    const folder = path.join(runDir, 'bin')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(path.join(folder, name), 0o755)
    return folder
  }

  test('is js-redis-server when there is nothing on the path, with the version that is installed', async () => {
    const file = path.join(
      path.dirname(createRequire(import.meta.url).resolve('js-redis-server')),
      '../package.json',
    )
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    expect((await provide(runDir)).name).toBe(`js-redis-server ${version}`)
    expect(JS_REDIS_NAME).toBe(`js-redis-server ${version}`)
  })

  test('is named by what it says of itself', async () => {
    const folder = program('redis-server', 'echo "Valkey server v=8.0.1 sha=00000000:0 malloc=libc"')
    expect((await provide(folder)).name).toBe('valkey-server 8.0.1')
  })

  test('passes over a server that does not run and says why', async () => {
    const folder = program('redis-server', 'echo "GLIBC_2.38 not found" >&2; exit 1')
    const provider = await provide(folder)
    expect(provider.name).toBe(JS_REDIS_NAME)
    expect(provider.passedOver[0]).toContain('GLIBC_2.38 not found')
    await expect(provide(folder, 'server')).rejects.toMatchObject({ code: 'REDIS_NOT_FOUND' })
  })

  test.skipIf(installed === undefined)('of a server survives the loss of the port it was given', async () => {
    const mark = path.join(runDir, 'mark')
    const folder = program(
      'redis-server',
      `case "$1" in --version) exec ${installed?.command ?? ''} --version;; esac
       if [ -e ${mark} ]; then exec ${installed?.command ?? ''} "$@"; fi
       echo > ${mark}; echo "bind: Address already in use"; exit 1`,
    )
    const instance = await (await provide(folder)).start()
    expect(existsSync(mark)).toBe(true)
    expect(instance.alive()).toBe(true)
    await instance.stop()
  })

  test.skipIf(installed === undefined)('never takes the server of somebody else for its own', async () => {
    const other = await (await provide(searchPath, 'server')).start()
    const ours = startServerProcess({
      server: installed!,
      clock: systemClock,
      watchdog,
      folder: runDir,
      port: other.port,
      signal: undefined,
    })
    await expect(ours).rejects.toMatchObject({ code: 'REDIS_NOT_READY' })
    expect(other.alive()).toBe(true)
    await other.stop()
  })

  test('of js-redis-server is broken when somebody else has its port', async () => {
    const redis = await (await provide(runDir, 'js')).start()
    await redis.stop()
    const thief = createServer().listen(redis.port, '127.0.0.1')
    await once(thief, 'listening')
    await expect(redis.restart()).rejects.toMatchObject({ code: 'REDIS_NOT_READY' })
    expect(redis.alive()).toBe(false)
    thief.close()
  })

  test('gives up on a listener that never answers', async () => {
    const listener = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const clock = new ManualClock()
    const asked = askPid({ host: '127.0.0.1', port: (listener.address() as AddressInfo).port, clock })
    await clock.advance(1000)
    expect(await asked).toBeUndefined()
    listener.close()
  })

  test('of a server that ends at once is broken, with what it printed and nothing left', async () => {
    const folder = program(
      'redis-server',
      'case "$1" in --version) echo "Redis server v=7.0.15";; *) echo "no memory"; exit 3;; esac',
    )
    const provider = await provide(folder)
    await expect(provider.start()).rejects.toMatchObject({
      code: 'REDIS_NOT_READY',
      message: 'redis-server 7.0.15: ended with code 3',
      details: { notes: ['no memory'] },
    })
    expect(readdirSync(runDir)).toEqual(['bin'])
    rmSync(folder, { recursive: true })
  })
})
