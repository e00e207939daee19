import { createServer, request, type Server } from 'node:http'
import { connect } from 'node:tls'
import { Duplex, PassThrough } from 'node:stream'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { parse } from 'yaml'

import { randomFrom } from '../../base/random.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { createApi, type ApiServer, type SocketlessApi } from './api-server.ts'
import { readDefinition } from './custom-resource.ts'
import {
  ALL_REQUESTS,
  caller,
  manifestText,
  remediationRequest,
  REQUESTS,
  startCluster,
  TOKEN,
  watch,
  type Call,
} from './testing/cluster.ts'

let cluster: ApiServer
let call: Call

beforeEach(async () => {
  cluster = await startCluster({ crds: [parse(manifestText)] })
  call = caller(cluster)
})
afterEach(() => cluster.close())

test('a created object can be read, listed and watched', async () => {
  const watcher = await watch(cluster, `${ALL_REQUESTS}?watch=true`)
  const made = await call('POST', REQUESTS, { body: remediationRequest('rr-1') })
  expect(made).toMatchObject({ code: 201, body: { metadata: { generation: 1, namespace: 'shop' } } })
  expect(await call('GET', `${REQUESTS}/rr-1`)).toMatchObject({ code: 200, body: made.body })
  expect(await call('GET', ALL_REQUESTS)).toMatchObject({
    code: 200,
    body: { kind: 'RemediationRequestList', items: [made.body] },
  })
  expect(await watcher.next()).toEqual({ type: 'ADDED', object: made.body })
  watcher.stop()
})

test.each(['', 'Bearer wrong', 'Bearer sesam', `Basic ${TOKEN}`])(
  'a request with the authorization "%s" is refused',
  async (authorization) => {
    for (const path of ['/version', '/api/v1/namespaces', '/nowhere']) {
      const { code, body } = await call('GET', path, { headers: { authorization } })
      expect(code).toBe(401)
      expect(body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      })
    }
  },
)

test.each(['/healthz', '/readyz', '/livez', '/readyz/ping'])('%s is ok', async (path) => {
  expect(await call('GET', path)).toMatchObject({ code: 200, text: 'ok' })
})

test('the version is one that kubectl accepts', async () => {
  expect(await call('GET', '/version')).toMatchObject({ code: 200, body: { major: '1', minor: '32' } })
})

test.each([
  '/nowhere',
  '/api/v1/nothings',
  '/api/v1/namespaces/shop/nothings',
  '/apis/remediation.kubernaut.io/v9/remediationrequests',
  '/api/v1/namespaces/shop/namespaces/shop',
  '/api/v1/pods/web',
  '/api/v1/namespaces/shop/configmaps/c/status',
  '/api/v1/namespaces/shop/pods/web/exec',
  '/api/v1/namespaces/%E0%A4%A/pods',
  '//',
])('%s leads nowhere', async (path) => {
  expect(await call('GET', path)).toMatchObject({ code: 404, body: { kind: 'Status', reason: 'NotFound' } })
})

test.each([
  ['PUT', '/api/v1/namespaces'],
  ['POST', '/api/v1/namespaces/shop'],
  ['POST', '/api/v1/pods'],
  ['OPTIONS', '/api/v1/pods'],
  ['DELETE', '/api/v1/namespaces/shop/pods/web/log'],
  ['DELETE', '/api/v1/namespaces/shop/status'],
  ['DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x'],
])('%s %s is not allowed', async (method, path) => {
  expect(await call(method, path)).toMatchObject({ code: 405, body: { reason: 'MethodNotAllowed' } })
})

test('a body above 3 MiB is refused', async () => {
  const body = { kind: 'ConfigMap', metadata: { name: 'big' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } }
  expect(await call('POST', '/api/v1/namespaces/shop/configmaps', { body })).toMatchObject({
    code: 413,
    body: { reason: 'RequestEntityTooLarge' },
  })
})

test.each([
  ['text/plain', 415, 'UnsupportedMediaType'],
  ['application/yaml', 415, 'UnsupportedMediaType'],
  ['application/json', 400, 'BadRequest'],
  ['application/vnd.kubernetes.protobuf', 400, 'BadRequest'],
])('a body of the type %s that is none is refused', async (type, code, reason) => {
  const sent = { headers: { 'content-type': type }, body: Buffer.from('not: json') }
  expect(await call('POST', '/api/v1/namespaces', sent)).toMatchObject({ code, body: { reason } })
})

test('the connection record is all that a client needs', async () => {
  const { server, ca = '' } = cluster.connection
  const socket = connect({
    port: Number(new URL(server).port),
    host: '127.0.0.1',
    ca,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
  })
  expect(socket.authorized).toBe(true)
  expect(socket.alpnProtocol).toBe('http/1.1')
  socket.destroy()
})

test('an answer bears the time of the clock', async () => {
  await using box = await manualCluster()
  const { headers } = await caller(box.cluster)('GET', '/version')
  expect(headers['date']).toBe('Mon, 24 Nov 2025 12:00:00 GMT')
})

test('closing ends open watches and lets nobody in', async () => {
  const watcher = await watch(cluster, '/api/v1/namespaces?watch=true&resourceVersion=1')
  await cluster.close()
  await expect(readAll(watcher)).rejects.toThrow()
  await expect(call('GET', '/version')).rejects.toThrow(/ECONNREFUSED/)
})

test('a port that is taken is an error', async () => {
  const port = Number(new URL(cluster.url).port)
  await expect(startCluster({ port })).rejects.toThrow(/EADDRINUSE/)
})

describe('definitions that cannot be served', () => {
  const broken: readonly (readonly [what: string, change: (text: string) => string, why: RegExp])[] = [
    [
      'an unknown rule',
      (text) => text.replace('self == oldSelf', 'self.size() > 3'),
      /cannot evaluate the rule/,
    ],
    [
      'an unreadable column',
      (text) => text.replace('.spec.severity', '.spec..x'),
      /cannot read the JSONPath/,
    ],
    ['a bad pattern', (text) => text.replace('^P[0-3]$', "'(['"), /regular expression/],
    ['no version', (text) => text.replace('served: true', 'served: false'), /no version is served/],
    [
      'another kind',
      (text) => text.replace('CustomResourceDefinition', 'Pod'),
      /not a CustomResourceDefinition/,
    ],
  ]
  test.each(broken)('%s is an error that says so', (_what, change, why) => {
    const error = caught(() => readDefinition(parse(change(manifestText))))
    expect(`${error.message} ${String(error.cause)}`).toMatch(why)
  })
})

describe('without a socket', () => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  let api: SocketlessApi
  let server: Server

  beforeEach(() => {
    const options = { clock: new ManualClock(), random: randomFrom(1), token: TOKEN, definitions: [] }
    api = createApi({ ...options, dial: () => new PassThrough() })
    server = createServer()
    api.serve(server)
  })
  afterEach(() => api.close())

  function connection(): Duplex {
    const [client, served] = pair()
    server.emit('connection', served)
    return client
  }

  test('requests come over a pair of streams', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const options = { path: '/api/v1/namespaces', createConnection: connection, headers }
      const sent = request(options, (answer) => {
        let all = ''
        answer.on('data', (chunk: Buffer) => (all += chunk.toString()))
        answer.once('end', () => resolve(all))
      })
      sent.once('error', reject)
      sent.end()
    })
    expect(JSON.parse(text)).toMatchObject({
      items: [{ metadata: { name: 'default' } }, { metadata: { name: 'kube-system' } }],
    })
  })

  test('forwards come over a pair of streams', async () => {
    const metadata = { name: 'web', namespace: 'default' }
    api.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata, status: { phase: 'Running' } })
    const url = 'ws://server/api/v1/namespaces/default/pods/web/portforward?ports=80'
    const socket = new WebSocket(url, 'v4.channel.k8s.io', { createConnection: connection, headers })
    const messages: string[] = []
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => socket.send(Buffer.from('\0hello')))
      socket.on('message', (message: Buffer) => {
        messages.push(message.toString('hex'))
        if (messages.length === 3) resolve()
      })
    })
    expect(messages).toEqual(['005000', '015000', Buffer.from('\0hello').toString('hex')])
    socket.terminate()
  })

  test('closing destroys the streams', () => {
    const [, served] = pair()
    server.emit('connection', served)
    api.close()
    expect(served.destroyed).toBe(true)
  })
})

async function readAll(watcher: { next(): Promise<unknown> }): Promise<void> {
  while ((await watcher.next()) !== undefined);
}

function caught(action: () => unknown): Error {
  try {
    action()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

async function manualCluster() {
  const clock = new ManualClock()
  const box = await startCluster({ clock })
  return { clock, cluster: box, [Symbol.asyncDispose]: () => box.close() }
}

/** Two streams, each of which reads what the other writes. */
function pair(): [Duplex, Duplex] {
  const halves: Duplex[] = [0, 1].map(
    (index) =>
      new Duplex({
        read: () => undefined,
        write(chunk, _encoding, done) {
          halves[1 - index]!.push(chunk)
          done()
        },
        final(done) {
          halves[1 - index]!.push(null)
          done()
        },
      }),
  )
  return [halves[0]!, halves[1]!]
}
