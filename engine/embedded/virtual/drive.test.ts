import http from 'node:http'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, test } from 'vitest'
import { Box } from './box.ts'
import { drive, StillStuck, type Stuck } from './drive.ts'
import { patchGlobals, realTime } from './globals.ts'
import { VirtualNetwork } from './network.ts'

beforeAll(patchGlobals)

const NO_LIMIT = { realMs: Number.POSITIVE_INFINITY, onStuck: () => undefined }

function inBox<T>(work: (box: Box) => Promise<T>, seed = 'seed'): Promise<T> {
  const box = new Box(seed, realTime)
  return drive(box, () => work(box), NO_LIMIT)
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('a day passes at once, for the clock and for every global', async () => {
  const before = realTime.wall()
  const seen = await inBox(async ({ clock }) => {
    await sleep(24 * 3_600_000)
    return [clock.now(), clock.wall(), Date.now(), new Date().toISOString(), performance.now()]
  })
  const wall = Date.UTC(2026, 0, 2)
  expect(seen).toEqual([86_400_000, wall, wall, '2026-01-02T00:00:00.000Z', 86_400_000])
  expect(realTime.wall() - before).toBeLessThan(86_400_000)
})

test('outside of a box the globals are what they were', async () => {
  await inBox(() => sleep(5000))
  expect(Math.abs(Date.now() - realTime.wall())).toBeLessThan(60_000)
  expect(new Date(0)).toBeInstanceOf(Date)
  expect(new Date(5).getTime()).toBe(5)
  expect(new Date(0).constructor).toBe(Date)
  await new Promise((resolve) => setTimeout(resolve, 1))
})

test('chance follows from the seed', async () => {
  const draw = (seed: string) => inBox(() => Promise.resolve(Math.random()), seed)
  expect(await draw('a')).toBe(await draw('a'))
  expect(await draw('a')).not.toBe(await draw('b'))
})

test('timers can be cleared and begun anew, and those that do not hold a process fire, too', async () => {
  const log = await inBox(async ({ clock }) => {
    const said: string[] = []
    const gone = setTimeout(() => said.push('gone'), 10)
    const again = setTimeout(() => said.push(`again ${clock.now()}`), 20)
    const every = setInterval(() => said.push(`every ${clock.now()}`), 30)
    setTimeout(() => said.push('unref'), 1).unref()
    clearTimeout(gone)
    await sleep(15)
    again.refresh()
    await sleep(50)
    clearInterval(every)
    await sleep(1000)
    return said
  })
  expect(log).toEqual(['unref', 'every 30', 'again 35', 'every 60'])
})

test('a request that nobody answers ends at the very instant of its limit', async () => {
  const end = await inBox(async (box) => {
    const network = new VirtualNetwork(box)
    const server = http.createServer(() => undefined)
    const { port } = network.listen((connection) => void server.emit('connection', connection))
    const request = http.get({ createConnection: () => network.dial(port) })
    request.setTimeout(5000, () => request.destroy(new Error('enough')))
    return new Promise((resolve) => request.on('error', ({ message }) => resolve([message, box.now])))
  })
  expect(end).toEqual(['enough', 5000])
})

test('where nobody listens a connection is refused', async () => {
  const code = await inBox((box) => {
    const near = new VirtualNetwork(box).dial(7)
    return new Promise((resolve) => near.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)))
  })
  expect(code).toBe('ECONNREFUSED')
})

test('who waits for nothing that comes is told so, once, and then given up', async () => {
  const told: Stuck[] = []
  const stop = new AbortController()
  const onStuck = (stuck: Stuck): void => {
    told.push(stuck)
    stop.abort(new Error('stuck'))
  }
  const waiting = (): Promise<void> =>
    new Promise((_, reject) =>
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error)),
    )
  await expect(drive(new Box('a', realTime), waiting, { realMs: 60_000, onStuck })).rejects.toThrow('stuck')
  expect(told).toEqual([{ why: 'deadlock' }])
  const deaf = (): Promise<void> => new Promise(() => undefined)
  await expect(drive(new Box('b', realTime), deaf, { realMs: 60_000, onStuck })).rejects.toThrow(StillStuck)
})

test('who goes in circles is told so', async () => {
  let told: Stuck | undefined
  const work = (): Promise<void> =>
    new Promise((resolve) => {
      const again = (): void => {
        if (told === undefined) setTimeout(again, 1)
        else resolve()
      }
      again()
    })
  await drive(new Box('a', realTime), work, { realMs: -1, onStuck: (stuck) => (told = stuck) })
  expect(told).toMatchObject({ why: 'slow' })
})

test('who comes on is not, however long that takes', async () => {
  let told: Stuck | undefined
  const work = async (): Promise<void> => {
    for (let hour = 0; hour < 1000; hour += 1) await sleep(3_600_000)
  }
  await drive(new Box('a', realTime), work, { realMs: -1, onStuck: (stuck) => (told = stuck) })
  expect(told).toBeUndefined()
})

test('an error that nobody catches in a timer is told', async () => {
  let told: Stuck | undefined
  const work = async (): Promise<void> => {
    setTimeout(() => {
      throw new Error('oops')
    }, 1)
    await sleep(2)
  }
  await drive(new Box('a', realTime), work, { realMs: 60_000, onStuck: (stuck) => (told = stuck) })
  expect(told).toEqual({ why: 'error', message: 'oops' })
})

test('a lock holds time for what happens outside', async () => {
  const log = await inBox(async (box) => {
    const said: string[] = []
    setTimeout(() => said.push('timer'), 1)
    const release = box.lock('a file')
    const locks = box.locks
    await new Promise<void>((resolve) => void realTime.after(5, resolve))
    said.push(`read ${locks.join()}`)
    release()
    await sleep(2)
    return said
  })
  expect(log).toEqual(['read a file', 'timer'])
})

test('one box at a time, and nothing of a box is used from another one', async () => {
  const network = await inBox((box) => Promise.resolve(new VirtualNetwork(box)))
  await expect(inBox(() => Promise.resolve(network.dial(1)))).rejects.toThrow('port 1 belongs to another box')
  const nested = inBox(() => inBox(() => Promise.resolve()))
  await expect(nested).rejects.toThrow('two boxes cannot be driven at the same time')
})

test('timers of one instant come in an order that the seed decides', async () => {
  const order = (seed: string) =>
    inBox(async () => {
      const said: number[] = []
      for (let index = 0; index < 8; index += 1) setTimeout(() => said.push(index), 10)
      await sleep(11)
      return said.join()
    }, seed)
  const orders = await inTurn(['a', 'b', 'c', 'd', 'a', 'b'], order)
  expect(orders.slice(4)).toEqual(orders.slice(0, 2))
  expect(new Set(orders).size).toBeGreaterThan(1)
  expect(new Set(orders.map((one) => one.split(',').sort().join()))).toEqual(new Set(['0,1,2,3,4,5,6,7']))
})

/** Ten clients of one server that takes its time, over kept connections; everything that happens, with its time. */
async function conversation(box: Box): Promise<readonly string[]> {
  const log: string[] = []
  const network = new VirtualNetwork(box)
  const server = http.createServer((request, response) => {
    log.push(`${box.now} < ${request.url ?? ''}`)
    setTimeout(() => response.end(`${Math.random()}`), 3)
  })
  const { port } = network.listen((connection) => void server.emit('connection', connection))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  Object.assign(agent, { createConnection: () => network.dial(port, { detours: true }) })
  const ask = async (path: string): Promise<void> => {
    const response = await new Promise<http.IncomingMessage>((resolve) => http.get({ agent, path }, resolve))
    log.push(`${box.now} > ${path} ${await text(response)}`)
  }
  await Promise.all(
    Array.from({ length: 10 }, async (_, client) => {
      for (let turn = 0; turn < 3; turn += 1) {
        await ask(`/${client}/${turn}`)
        await sleep(10)
      }
    }),
  )
  agent.destroy()
  return log
}

test('equal seeds give equal logs, whatever else goes on in the thread', async () => {
  const quiet = await inBox(conversation, 'a')
  let isNoisy = true
  const noise = (): void => {
    if (!isNoisy) return
    realTime.immediate(() => realTime.immediate(noise))
    realTime.after(0, () => void Array.from({ length: 100 }, () => 0).sort())
  }
  noise()
  const noisy = await inBox(conversation, 'a')
  isNoisy = false
  expect(quiet).toHaveLength(60)
  expect(noisy).toEqual(quiet)
})

test('with another seed things come in another order, and all the same', async () => {
  const logs = await inTurn(['a', 'b', 'c', 'd'], (seed) => inBox(conversation, seed))
  const requests = logs.map((log) => log.map((line) => line.split(' ').slice(1, 3).join(' ')))
  expect(new Set(requests.map((lines) => lines.join())).size).toBeGreaterThan(1)
  expect(new Set(requests.map((lines) => [...lines].sort().join())).size).toBe(1)
})

async function inTurn<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = []
  for (const item of items) results.push(await work(item))
  return results
}
