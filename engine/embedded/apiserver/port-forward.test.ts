import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'

import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import type { ApiServer } from './api-server.ts'
import { caller, startCluster } from './testing/cluster.ts'

const PODS = { group: '', version: 'v1', plural: 'pods' }
const WEB = { namespace: 'shop', name: 'web' }

let cluster: ApiServer
let pod: Server
let sockets: Socket[]
/** What listens on port 9. */
let sink: Duplex | undefined
/** What the program in the pod does with a connection. */
let program: (socket: Socket) => void

beforeEach(async () => {
  sockets = []
  sink = undefined
  program = (socket) => socket.pipe(socket)
  pod = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    program(socket)
  })
  await new Promise<void>((resolve) => pod.listen(0, '127.0.0.1', resolve))
  cluster = await startCluster({
    dial(_pod, port) {
      if (port === 8080) return connect((pod.address() as AddressInfo).port, '127.0.0.1')
      return port === 7 ? broken() : sink
    },
  })
  cluster.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: WEB, status: { phase: 'Running' } })
})
afterEach(async () => {
  await cluster.close()
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => pod.close(resolve))
})

/** A connection that fails as a real one does when nobody listens. */
function broken(): Duplex {
  const duplex = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
  setImmediate(() => duplex.destroy(new Error('connect ECONNREFUSED 127.0.0.1:7')))
  return duplex
}

interface Forward {
  readonly socket: WebSocket
  /** Everything received so far, by channel. */
  readonly received: readonly [Buffer[], Buffer[]]
  readonly closed: Promise<number>
  until(fits: () => boolean): Promise<void>
}

function forward(
  path = '/api/v1/namespaces/shop/pods/web/portforward?ports=8080',
  protocols = ['v4.channel.k8s.io'],
): Forward {
  const { server, ca, token } = cluster.connection
  const socket = new WebSocket(`${server.replace('https', 'wss')}${path}`, protocols, {
    ca,
    headers: { authorization: `Bearer ${token ?? ''}` },
    perMessageDeflate: false,
  })
  const received: [Buffer[], Buffer[]] = [[], []]
  const looks = new Set<() => void>()
  socket.on('message', (message: Buffer) => {
    received[message[0] === 0 ? 0 : 1].push(message.subarray(1))
    for (const look of looks) look()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const until = (fits: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (fits()) resolve()
      }
      looks.add(look)
      look()
    })
  return { socket, received, closed, until }
}

/** The Status that a refused upgrade is answered with. */
function refusal(path: string, protocols?: string[]): Promise<{ code: number; body: unknown }> {
  const { socket } = forward(path, protocols)
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.once('end', () =>
        resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) as unknown }),
      )
    })
  })
}

function data({ received }: Forward): string {
  return Buffer.concat(received[0].slice(1)).toString()
}

function send({ socket }: Forward, text: string | Buffer): void {
  socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(text)]))
}

test('both channels start with the port, then bytes go both ways', async () => {
  const one = forward()
  await one.until(() => one.received[0].length === 1 && one.received[1].length === 1)
  expect(one.socket.protocol).toBe('v4.channel.k8s.io')
  expect(one.received.map(([first]) => [...(first ?? [])])).toEqual([
    [0x90, 0x1f],
    [0x90, 0x1f],
  ])
  send(one, 'hello ')
  send(one, 'world')
  await one.until(() => data(one) === 'hello world')
  one.socket.close()
  expect(await one.closed).toBe(1005)
})

test('a pod that closes ends the forward, after its last bytes', async () => {
  program = (socket) => socket.end('bye')
  const one = forward()
  expect(await one.closed).toBe(1000)
  expect(data(one)).toBe('bye')
  expect(one.received[1]).toHaveLength(1)
})

test.each([
  [9090, /error forwarding port 9090 to pod shop\/web, uid .*: nothing listens there/],
  [7, /error forwarding port 7 to pod shop\/web, uid .*: connect ECONNREFUSED/],
])('a port that nobody serves (%d) is told on the error channel', async (port, expected) => {
  const one = forward(`/api/v1/namespaces/shop/pods/web/portforward?ports=${port}`)
  expect(await one.closed).toBe(1000)
  expect(Buffer.concat(one.received[1].slice(1)).toString()).toMatch(expected)
})

test('what the client sent before it closed still reaches the pod', async () => {
  const arrived = new Promise<string>((resolve) => {
    program = (socket) => {
      let text = ''
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
      socket.once('end', () => resolve(text))
    }
  })
  const one = forward()
  await one.until(() => one.received[1].length === 1)
  send(one, 'x'.repeat(300_000))
  one.socket.close(1000)
  expect((await arrived).length).toBe(300_000)
})

test('a client that vanishes takes the connection to the pod along', async () => {
  const gone = new Promise((resolve) => {
    program = (socket) => {
      socket.once('close', resolve)
      socket.resume()
      socket.once('end', () => socket.end())
    }
  })
  const one = forward()
  await one.until(() => one.received[1].length === 1)
  one.socket.terminate()
  await gone
})

/** More than all buffers of the system along the way can hold. */
const MOST = 256 * 1024 * 1024

test('a client that does not read holds the pod back', async () => {
  let written = 0
  const blocked = new Promise<void>((resolve) => {
    program = (socket) => {
      const chunk = Buffer.alloc(1024 * 1024)
      const more = (): void => {
        written += chunk.length
        if (written > MOST) return
        if (socket.write(chunk)) setImmediate(more)
        else {
          socket.once('drain', more)
          if (written > 2 * 1024 * 1024) resolve()
        }
      }
      more()
    }
  })
  const one = forward()
  await one.until(() => one.received[1].length === 1)
  one.socket.pause()
  await blocked
  let before = -1
  while (before !== written) {
    before = written
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(written).toBeLessThan(MOST)
  one.socket.terminate()
})

test('a pod that does not read holds the client back, and nothing is lost', async () => {
  const size = 32 * 1024 * 1024
  const pod = new UnwillingPod()
  sink = pod
  const one = forward('/api/v1/namespaces/shop/pods/web/portforward?ports=9')
  await one.until(() => one.received[1].length === 1)
  for (let sent = 0; sent < size; sent += size / 32) send(one, Buffer.alloc(size / 32))
  await pod.asked
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(pod.writableLength).toBeLessThan(size / 2)
  await pod.takeAll(size)
})

/** Takes nothing until it is told to. */
class UnwillingPod extends Duplex {
  readonly asked: Promise<void>
  #ask: () => void = () => undefined
  #held: (() => void) | undefined
  #willing = false
  #total = 0
  #enough: () => void = () => undefined
  #size = 0

  constructor() {
    super({ read: () => undefined })
    this.asked = new Promise((resolve) => (this.#ask = resolve))
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#total += chunk.length
    this.#ask()
    if (this.#willing) done()
    else this.#held = done
    if (this.#total === this.#size) this.#enough()
  }

  takeAll(size: number): Promise<void> {
    this.#size = size
    this.#willing = true
    return new Promise((resolve) => {
      this.#enough = resolve
      this.#held?.()
    })
  }
}

test('a deleted pod cuts its forwards', async () => {
  const one = forward()
  await one.until(() => one.received[1].length === 1)
  cluster.objects.delete(PODS, WEB)
  expect(await one.closed).toBe(1006)
})

test.each([
  ['no port', 'web/portforward', 400, 'query parameter "ports" is required'],
  ['a port that is none', 'web/portforward?ports=0', 400, 'invalid value "0" in query parameter "ports"'],
  [
    'several ports',
    'web/portforward?ports=1&ports=2',
    400,
    'only one port can be forwarded by one connection',
  ],
  ['a pod that is not there', 'none/portforward?ports=1', 404, 'pods "none" not found'],
  ['another subresource', 'web/log', 404, 'the server could not find the requested resource'],
])('%s is refused with a Status', async (_what, path, code, message) => {
  expect(await refusal(`/api/v1/namespaces/shop/pods/${path}`)).toMatchObject({
    code,
    body: { kind: 'Status', code, message },
  })
})

test('a pod that does not run is refused', async () => {
  cluster.objects.setStatus(PODS, WEB, { phase: 'Failed' })
  expect(await refusal('/api/v1/namespaces/shop/pods/web/portforward?ports=8080')).toMatchObject({
    code: 400,
    body: { message: 'unable to forward port because pod is not running. Current status=Failed' },
  })
})

test('another protocol is refused', async () => {
  const reply = await refusal('/api/v1/namespaces/shop/pods/web/portforward?ports=8080', [
    'v5.channel.k8s.io',
  ])
  expect(reply).toMatchObject({
    code: 400,
    body: { message: expect.stringContaining('v4.channel.k8s.io only') as string },
  })
})

test('an upgrade without the token is refused', async () => {
  const { server, ca } = cluster.connection
  const socket = new WebSocket(
    `${server.replace('https', 'wss')}/api/v1/namespaces/shop/pods/web/portforward?ports=8080`,
    'v4.channel.k8s.io',
    { ca },
  )
  const code = await new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
  })
  socket.terminate()
  expect(code).toBe(401)
})

test('a plain request to a forward is told to upgrade', async () => {
  const reply = await caller(cluster)('GET', '/api/v1/namespaces/shop/pods/web/portforward?ports=8080')
  expect(reply).toMatchObject({ code: 400, body: { message: 'Upgrade request required' } })
})
