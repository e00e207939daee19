import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { createHttp } from '../http/http.ts'
import { TransportError } from '../http/transport-error.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { openForward, type Forward, type ForwardOptions } from './port-forward.ts'
import type { PodIdentity } from './ready-pod.ts'
import { FakeKubelet, relayTo, type PodEnd } from './testing/fake-kubelet.ts'
import type { ClusterConnection } from './types.ts'

let kubelet: FakeKubelet
let connection: ClusterConnection
let clock: ManualClock
let pod: PodIdentity
let resolutions: number
const closers: (() => unknown)[] = []

beforeEach(async () => {
  kubelet = new FakeKubelet()
  connection = await kubelet.listen()
  clock = new ManualClock()
  pod = { namespace: 'system', name: 'gateway-1', uid: 'u1', restarts: 0 }
  resolutions = 0
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await kubelet.close()
})

async function forwardTo(options: Partial<ForwardOptions> = {}): Promise<Forward> {
  const pods = (): Promise<PodIdentity> => {
    resolutions += 1
    return Promise.resolve(pod)
  }
  const forward = await openForward({ connection, clock, pods, port: 8080, ...options })
  closers.push(() => forward.close())
  return forward
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await clock.advance(20)
}

/** A client's connection and what it sees. */
function connect(forward: Forward) {
  const socket = net.connect({ port: forward.port, host: forward.host, allowHalfOpen: true })
  const view = { socket, text: '', ended: false, closed: false, code: undefined as string | undefined }
  socket.on('data', (bytes) => (view.text += bytes.toString()))
  socket.on('end', () => (view.ended = true))
  socket.on('close', () => (view.closed = true))
  socket.on('error', (error: NodeJS.ErrnoException) => (view.code = error.code))
  closers.push(() => socket.destroy())
  return view
}

async function backend(listener: http.RequestListener): Promise<number> {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as net.AddressInfo).port
}

test('bytes go to the pod and come back', async () => {
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('ping')
  await until(() => client.text === 'ping')
  expect(kubelet.upgrades[0]?.path).toBe('/api/v1/namespaces/system/pods/gateway-1/portforward?ports=8080')
  expect(forward.target).toEqual(pod)
  expect(forward.connections).toEqual({ open: 1, total: 1, broken: 0 })
  expect(forward.epoch).toBe(0)
})

test('credentials are sent along', async () => {
  const forward = await forwardTo({ connection: { ...connection, token: 'secret' } })
  const client = connect(forward)
  client.socket.write('ping')
  await until(() => client.text === 'ping')
  forward.update({ ...connection, token: 'fresh' })
  const second = connect(forward)
  second.socket.write('ping')
  await until(() => second.text === 'ping')
  expect(kubelet.upgrades.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer secret',
    'Bearer fresh',
  ])
})

test('each connection has its own way, and the pod is looked up once', async () => {
  const forward = await forwardTo()
  const clients = Array.from({ length: 20 }, () => connect(forward))
  clients.forEach((client, index) => client.socket.write(`client ${index}`))
  await until(() => clients.every((client, index) => client.text === `client ${index}`))
  expect(kubelet.pods).toHaveLength(20)
  expect(resolutions).toBe(1)
  expect(forward.connections).toEqual({ open: 20, total: 20, broken: 0 })
})

test('a server that speaks first is heard from its first byte', async () => {
  kubelet.behave = (end) => end.send('220 welcome')
  const client = connect(await forwardTo())
  await until(() => client.text === '220 welcome')
})

test('HTTP works through it, kept connections and large bodies included', async () => {
  const port = await backend((request, response) => request.pipe(response))
  kubelet.behave = relayTo(port)
  const forward = await forwardTo({ clock: systemClock })
  const client = createHttp({ clock: systemClock, maxSockets: 2 })
  closers.push(() => client.close())
  const bodies = Array.from({ length: 8 }, (_, index) => randomBytes(index * 300_000 + 1))
  const url = `http://127.0.0.1:${forward.port}/echo`
  const replies = await Promise.all(
    bodies.map((body) => client.exchange({ method: 'POST', url, body, timeoutMs: 20_000 })),
  )
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  expect(replies.map((reply) => digest(reply.body))).toEqual(bodies.map(digest))
  expect(forward.connections).toEqual({ open: 2, total: 2, broken: 0 })
})

test('when the backend closes, the client sees the end after the last byte', async () => {
  kubelet.behave = (end) =>
    end.onBytes(() => {
      end.send('last words')
      end.socket.close(1000)
    })
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('bye')
  await until(() => client.ended)
  expect(client.text).toBe('last words')
  client.socket.end('too late')
  await until(() => client.closed)
  expect(client.code).toBeUndefined()
  await until(() => forward.connections.open === 0)
  expect(forward.connections.broken).toBe(0)
  expect(forward.epoch).toBe(0)
})

test('when nothing listens on the port, the client is reset and the reason is kept', async () => {
  kubelet.behave = (end) => {
    end.fail('error forwarding port 8080: connection refused\n')
    end.socket.close(1000)
  }
  const forward = await forwardTo()
  const told: string[] = []
  forward.on('broken', (error) => told.push(error.message))
  const client = connect(forward)
  client.socket.write('hello?')
  await until(() => client.closed)
  expect(client.code).toBe('ECONNRESET')
  expect(client.ended).toBe(false)
  expect(forward.lastError).toBe('error forwarding port 8080: connection refused')
  expect(told).toEqual(['error forwarding port 8080: connection refused'])
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 1 })
  expect(forward.epoch).toBe(1)
})

test('a client that ends its side still gets the reply, and the way is closed after a silence', async () => {
  kubelet.behave = (end) => end.onBytes(() => undefined)
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.end('request')
  await until(() => kubelet.pods[0]?.text === 'request')
  await clock.advance(4000)
  kubelet.pods[0]?.send('first half, ')
  await clock.advance(4000)
  kubelet.pods[0]?.send('second half')
  await until(() => client.text === 'first half, second half')
  expect(client.ended).toBe(false)
  await clock.advance(5000)
  await until(() => client.closed && kubelet.pods[0]?.closed === true)
  expect(client.code).toBeUndefined()
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 0 })
})

test('when the pod is gone another one is found, before the first byte is sent', async () => {
  kubelet.refusals.push({ status: 404, message: 'pods "gateway-1" not found' })
  const forward = await forwardTo({
    pods: () => {
      resolutions += 1
      return Promise.resolve(resolutions === 1 ? pod : { ...pod, name: 'gateway-2', uid: 'u2' })
    },
  })
  const client = connect(forward)
  client.socket.write('alert')
  await until(() => client.text === 'alert')
  expect(kubelet.pods.map((end) => [end.path.split('/')[6], end.text])).toEqual([['gateway-2', 'alert']])
  expect(forward.target?.uid).toBe('u2')
  expect(forward.epoch).toBe(1)
  expect(forward.connections.broken).toBe(0)
  expect(forward.lastError).toContain('the API server answered 404: pods "gateway-1" not found')
})

test('after four refused tries the client is reset', async () => {
  const refusal = { status: 404, message: 'gone' }
  kubelet.refusals.push(refusal, refusal, refusal, refusal)
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('alert')
  await until(() => client.closed)
  expect(client.code).toBe('ECONNRESET')
  expect(kubelet.upgrades).toHaveLength(4)
  expect(resolutions).toBe(4)
  expect(clock.now()).toBeGreaterThanOrEqual(700)
  expect(kubelet.pods).toHaveLength(0)
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 1 })
})

test('a refusal that will not change is not tried again', async () => {
  kubelet.refusals.push({ status: 403, message: 'pods/portforward is forbidden' })
  const forward = await forwardTo()
  const client = connect(forward)
  await until(() => client.closed)
  expect(kubelet.upgrades).toHaveLength(1)
  expect(forward.lastError).toBe(
    'forward to system/gateway-1 port 8080: the API server answered 403: pods/portforward is forbidden',
  )
})

test('an API server that is away is tried four times', async () => {
  await kubelet.close()
  const forward = await forwardTo()
  const client = connect(forward)
  await until(() => client.closed)
  expect(client.code).toBe('ECONNRESET')
  expect(resolutions).toBe(4)
  expect(forward.lastError).toContain('ECONNREFUSED')
  kubelet = new FakeKubelet()
})

test('a resolver that fails is asked again', async () => {
  const forward = await forwardTo({
    pods: () => {
      resolutions += 1
      return resolutions < 3 ? Promise.reject(new Error('no ready pod')) : Promise.resolve(pod)
    },
  })
  const client = connect(forward)
  client.socket.write('ping')
  await until(() => client.text === 'ping')
  expect(forward.lastError).toBe('no ready pod')
})

test('a way that breaks in the middle is reset and never joined together again', async () => {
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('AAAA')
  await until(() => client.text === 'AAAA')
  kubelet.pods[0]?.socket.terminate()
  await until(() => client.closed)
  expect(client.code).toBe('ECONNRESET')
  expect(client.text).toBe('AAAA')
  expect(kubelet.upgrades).toHaveLength(1)
  expect(forward.lastError).toBe('the connection to the pod broke (websocket 1006)')
  expect(forward.epoch).toBe(1)
  const next = connect(forward)
  next.socket.write('BBBB')
  await until(() => next.text === 'BBBB')
  expect(kubelet.pods[1]?.text).toBe('BBBB')
  expect(resolutions).toBe(2)
})

test('a way that is closed with an error code is broken', async () => {
  kubelet.behave = (end) => end.onBytes(() => end.socket.close(1011, 'internal error'))
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('x')
  await until(() => client.closed)
  expect(client.code).toBe('ECONNRESET')
  expect(forward.connections.broken).toBe(1)
})

test('when the client resets, the way to the pod is closed and nothing counts as broken', async () => {
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('x')
  await until(() => client.text === 'x')
  client.socket.resetAndDestroy()
  await until(() => kubelet.pods[0]?.closed === true)
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 0 })
  expect(forward.epoch).toBe(0)
})

test('when the client goes while the pod streams, the way to the pod is closed', async () => {
  kubelet.behave = (end) => {
    const more = (): void => {
      if (end.closed) return
      end.send(Buffer.alloc(16_384))
      setImmediate(more)
    }
    more()
  }
  const forward = await forwardTo()
  const client = connect(forward)
  await until(() => client.text.length > 100_000)
  client.socket.destroy()
  await until(() => kubelet.pods[0]?.closed === true)
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 0 })
})

test('a client that goes while the way is being opened leaves nothing behind', async () => {
  kubelet.refusals.push({ status: 404, message: 'gone' })
  const forward = await forwardTo()
  const client = connect(forward)
  await until(() => kubelet.upgrades.length === 1)
  client.socket.resetAndDestroy()
  await until(() => forward.connections.open === 0)
  await clock.advance(10_000)
  expect(kubelet.upgrades).toHaveLength(1)
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 0 })
  expect(clock.pending).toBe(0)
})

/** Writes until what is written is no longer taken; returns how much that was. */
async function writeUntilStuck(write: (chunk: Buffer, taken: () => void) => void): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  let written = 0
  let idle = 0
  let waiting = false
  while (idle < 300 && written < 200e6) {
    if (!waiting) {
      waiting = true
      idle = 0
      written += chunk.length
      write(chunk, () => (waiting = false))
    }
    idle += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  return written
}

test('a client that does not read stops the pod, and loses nothing', async () => {
  kubelet.behave = () => undefined
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.pause()
  await until(() => kubelet.pods.length === 1)
  const [end] = kubelet.pods
  const written = await writeUntilStuck((chunk, taken) =>
    end?.socket.send(Buffer.concat([Buffer.of(0), chunk]), taken),
  )
  expect(written).toBeLessThan(64e6)
  await clock.advance(60_000)
  expect(end?.closed).toBe(false)
  end?.socket.close(1000)
  client.socket.resume()
  await until(() => client.ended)
  expect(client.text.length).toBe(written)
  expect(forward.connections.broken).toBe(0)
})

test('a client that has ended its side and reads late still gets everything', async () => {
  kubelet.behave = () => undefined
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.pause()
  client.socket.end('request')
  await until(() => kubelet.pods[0]?.text === 'request')
  const [end] = kubelet.pods
  const written = await writeUntilStuck((chunk, taken) =>
    end?.socket.send(Buffer.concat([Buffer.of(0), chunk]), taken),
  )
  await clock.advance(60_000)
  end?.socket.close(1000)
  client.socket.resume()
  await until(() => client.ended)
  expect(client.text.length).toBe(written)
})

test('a pod that does not read stops the client, and misses nothing', async () => {
  kubelet.behave = (end) => end.socket.pause()
  const forward = await forwardTo()
  const client = connect(forward)
  await until(() => kubelet.pods.length === 1)
  const written = await writeUntilStuck((chunk, taken) => client.socket.write(chunk, taken))
  expect(written).toBeLessThan(64e6)
  const [end] = kubelet.pods
  end?.socket.resume()
  await until(() => (end?.received ?? []).reduce((sum, part) => sum + part.length, 0) === written)
})

test('a pod that answers pings keeps its way, however long nothing is said', async () => {
  const client = connect(await forwardTo())
  client.socket.write('x')
  await until(() => client.text === 'x')
  await clock.advance(600_000)
  client.socket.write('y')
  await until(() => client.text === 'xy')
})

test('a way without a pong is broken at the next ping', async () => {
  kubelet.autoPong = false
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('x')
  await until(() => client.text === 'x')
  await clock.advance(30_000)
  await until(() => client.closed)
  expect(client.code).toBe('ECONNRESET')
  expect(forward.lastError).toBe('the connection to the pod is dead (no pong within 15000 ms)')
  expect(clock.pending).toBe(0)
})

test('a pod that restarted in place is a new target', async () => {
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('x')
  await until(() => client.text === 'x')
  pod = { ...pod, restarts: 1 }
  kubelet.pods[0]?.socket.terminate()
  await until(() => client.closed)
  const next = connect(forward)
  next.socket.write('y')
  await until(() => next.text === 'y')
  expect(forward.target?.restarts).toBe(1)
  expect(forward.epoch).toBe(2)
})

test('a check finds an open port, a closed one, and a missing pod', async () => {
  const forward = await forwardTo()
  const good = forward.check()
  await clock.advance(300)
  await good
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 0 })

  kubelet.behave = (end) => end.fail('connection refused')
  await expect(forward.check()).rejects.toThrow('connection refused')

  const missing = await forwardTo({ pods: () => Promise.reject(new Error('no ready pod for app=gateway')) })
  const checking = missing.check().catch((error: unknown) => error)
  await clock.advance(700)
  expect(await checking).toMatchObject({ message: 'no ready pod for app=gateway' })

  const stop = new AbortController()
  const aborted = missing.check(stop.signal)
  stop.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
})

test('a local port that is taken is named, with advice', async () => {
  const first = await forwardTo()
  await expect(forwardTo({ localPort: first.port })).rejects.toThrow(
    `local port ${first.port} on 127.0.0.1 is in use: stop what listens there, ` +
      'choose another local port, or leave it out to get a free one',
  )
})

test('a closed forward has no connections and no timers left, and refuses new ones', async () => {
  const forward = await forwardTo()
  const client = connect(forward)
  client.socket.write('x')
  await until(() => client.text === 'x')
  await forward.close()
  await until(() => client.closed && kubelet.pods[0]?.closed === true)
  expect(clock.pending).toBe(0)
  expect(forward.connections).toEqual({ open: 0, total: 1, broken: 0 })
  const late = connect(forward)
  await until(() => late.closed)
  expect(late.code).toBe('ECONNREFUSED')
})

test('streams can be dialled without a local port, and an agent keeps them', async () => {
  const port = await backend((request, response) => response.end(`you asked for ${request.url ?? ''}`))
  kubelet.behave = relayTo(port)
  const forward = await forwardTo({ clock: systemClock })
  const client = createHttp({ clock: systemClock, makeConnection: () => forward.dial() })
  closers.push(() => client.close())
  for (const path of ['/x', '/y']) {
    const reply = await client.exchange({ method: 'GET', url: `http://gateway${path}`, timeoutMs: 20_000 })
    expect(reply.body.toString()).toBe(`you asked for ${path}`)
  }
  const burst = await client.burst([{ method: 'GET', url: 'http://gateway/z', timeoutMs: 20_000 }])
  expect(burst.results).toMatchObject([{ ok: true, reply: { status: 200 } }])
  expect(forward.connections.total).toBe(2)
})

test('the way to the API server can be made by a function instead of TCP', async () => {
  const asked: unknown[] = []
  const port = Number(new URL(connection.server).port)
  const forward = await forwardTo({
    connection: { server: 'http://api.sandbox' },
    makeConnection: (to) => {
      asked.push(to)
      return net.connect(port, '127.0.0.1')
    },
  })
  const client = connect(forward)
  client.socket.write('ping')
  await until(() => client.text === 'ping')
  expect(asked).toEqual([{ host: 'api.sandbox', port: 80 }])
})

test('a dialled stream that cannot connect is a request that was not sent', async () => {
  kubelet.refusals.push({ status: 403, message: 'forbidden' })
  const forward = await forwardTo()
  const client = createHttp({ clock: systemClock, makeConnection: () => forward.dial() })
  closers.push(() => client.close())
  const asking = client.exchange({ method: 'POST', url: 'http://gateway/', body: 'x', timeoutMs: 20_000 })
  await expect(asking).rejects.toMatchObject({ sent: false })
})

/** Cuts the connection to the pod at chosen moments of a request. */
const cuts: Record<string, { readonly cut: (end: PodEnd) => void; readonly arrives: number }> = {
  'before the request is read': { cut: (end) => end.socket.terminate(), arrives: 0 },
  'in the middle of the request': {
    cut: (end) =>
      end.onBytes(() => {
        if (end.text.length > 100_000) end.socket.terminate()
      }),
    arrives: 0,
  },
  'after the request, before the reply': {
    cut: (end) =>
      end.onBytes(() => {
        if (end.text.endsWith('END')) end.socket.terminate()
      }),
    arrives: 1,
  },
  'in the middle of the reply': {
    cut: (end) =>
      end.onBytes(() => {
        if (!end.text.endsWith('END')) return
        end.send('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nhalf')
        end.socket.close(1011)
      }),
    arrives: 1,
  },
}

for (const [moment, { cut, arrives }] of Object.entries(cuts)) {
  test(`a POST whose way is cut ${moment} fails once and is never sent again`, async () => {
    kubelet.behave = cut
    const forward = await forwardTo()
    const client = createHttp({ clock: systemClock, maxSockets: 1 })
    closers.push(() => client.close())
    const url = `http://127.0.0.1:${forward.port}/alerts`
    const body = `${'x'.repeat(1_000_000)}END`
    const error: unknown = await client
      .exchange({ method: 'POST', url, body, timeoutMs: 20_000 })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TransportError)
    expect(error).not.toMatchObject({ sent: false })
    expect(kubelet.pods.filter((end) => end.text.endsWith('END'))).toHaveLength(arrives)
    expect(kubelet.pods).toHaveLength(1)
    expect(forward.epoch).toBe(1)
  })
}

test('many connections at once, opened and closed, leave nothing behind', async () => {
  const port = await backend((request, response) => request.pipe(response))
  kubelet.behave = relayTo(port)
  const forward = await forwardTo({ clock: systemClock })
  const client = createHttp({ clock: systemClock })
  closers.push(() => client.close())
  const url = `http://127.0.0.1:${forward.port}/`
  for (let round = 0; round < 4; round += 1) {
    const requests = Array.from({ length: 64 }, (_, index) => ({
      method: 'POST',
      url,
      body: `round ${round} request ${index}`,
      timeoutMs: 25_000,
    }))
    const { results } = await client.burst(requests)
    const bodies = results.map((result) => (result.ok ? result.reply.body.toString() : String(result.error)))
    expect(bodies).toEqual(requests.map((request) => request.body))
  }
  while (forward.connections.open > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(forward.connections).toEqual({ open: 0, total: 256, broken: 0 })
  expect(resolutions).toBe(1)
})

test('a look that finds no ready pod, or cannot be had, is no undisturbed time', async () => {
  let there = true
  const pods = () => (there ? Promise.resolve(pod) : Promise.reject(new Error('no ready pod')))
  const forward = await forwardTo({ pods })
  const client = connect(forward)
  client.socket.write('x')
  await until(() => client.text === 'x')
  await forward.refresh()
  expect(forward.epoch).toBe(0)
  there = false
  await expect(forward.refresh()).rejects.toThrow('no ready pod')
  expect(forward.epoch).toBe(1)
  expect(forward.lastError).toBe('no ready pod')
})

test('time is disturbed as long as a connection leads to a pod that was replaced', async () => {
  const forward = await forwardTo()
  const old = connect(forward)
  old.socket.write('x')
  await until(() => old.text === 'x')
  pod = { ...pod, name: 'gateway-2', uid: 'u2' }
  await forward.refresh()
  expect(forward.epoch).toBe(1)
  await forward.refresh()
  expect(forward.epoch).toBe(2)
  old.socket.destroy()
  while (forward.connections.open > 0) await clock.advance(20)
  expect(forward.epoch).toBe(3)
  await forward.refresh()
  expect(forward.epoch).toBe(3)
})

test('who begins anew minds neither such a connection nor its end, and those that come after him as ever', async () => {
  const forward = await forwardTo()
  const old = connect(forward)
  old.socket.write('x')
  await until(() => old.text === 'x')
  pod = { ...pod, name: 'gateway-2', uid: 'u2' }
  await forward.refresh('a beginning')
  const { epoch } = forward
  await forward.refresh()
  old.socket.destroy()
  while (forward.connections.open > 0) await clock.advance(20)
  await forward.refresh()
  expect(forward.epoch).toBe(epoch)
  const next = connect(forward)
  next.socket.write('y')
  await until(() => next.text === 'y')
  pod = { ...pod, name: 'gateway-3', uid: 'u3' }
  await forward.refresh()
  expect(forward.epoch).toBe(epoch + 1)
})
