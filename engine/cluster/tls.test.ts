import https from 'node:https'
import net from 'node:net'
import { TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { createKubeClient } from './client.ts'
import { openForward } from './port-forward.ts'
import { PODS } from './resource-path.ts'
import { FakeKubelet } from './testing/fake-kubelet.ts'
import type { ClusterConnection } from './types.ts'
import { createWatchHub } from './watch-hub.ts'

let pems: { readonly cert: string; readonly private: string }
let server: https.Server
let kubelet: FakeKubelet
let connection: ClusterConnection
let clients: unknown[]

beforeAll(async () => {
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }]
  pems = await generate([{ name: 'commonName', value: 'api.test' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [...altNames, { type: 2, value: 'api.test' }] },
    ],
  })
})

beforeEach(async () => {
  clients = []
  const options = {
    key: pems.private,
    cert: pems.cert,
    ca: pems.cert,
    requestCert: true,
    rejectUnauthorized: false,
  }
  server = https.createServer(options, (request, response) => {
    clients.push(
      request.socket instanceof TLSSocket ? request.socket.getPeerCertificate().subject : undefined,
    )
    const item = { metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '1' } }
    const watch = request.url?.includes('watch=true') === true
    response.writeHead(200)
    if (watch) response.write(`${JSON.stringify({ type: 'ADDED', object: item })}\n`)
    else response.end(JSON.stringify({ metadata: { resourceVersion: '0' }, items: [] }))
  })
  kubelet = new FakeKubelet(server)
  const { server: url } = await kubelet.listen()
  connection = { server: url.replace('http:', 'https:'), ca: pems.cert }
})
afterEach(() => kubelet.close())

test('client, watch and forward speak TLS to a server whose authority they are given', async () => {
  const withCertificate = { ...connection, cert: pems.cert, key: pems.private }
  const client = createKubeClient(withCertificate, { clock: systemClock })
  expect((await client.list(PODS)).items).toEqual([])
  expect(clients).toMatchObject([{ CN: 'api.test' }])
  client.close()

  const hub = createWatchHub({ connection, clock: systemClock })
  const stream = hub.open(PODS)
  await new Promise<void>((resolve) => stream.subscribe(() => resolve()))
  expect(stream.current()).toHaveLength(1)
  hub.close()

  const pods = () => Promise.resolve({ namespace: 'shop', name: 'a', uid: 'u', restarts: 0 })
  await using forward = await openForward({ connection, clock: systemClock, pods, port: 80 })
  const socket = net.connect(forward.port, '127.0.0.1')
  socket.write('over TLS')
  expect(await new Promise((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())))).toBe(
    'over TLS',
  )
  socket.destroy()
})

test('a server that is not trusted is an error at once, unless the connection says otherwise', async () => {
  const { server: url } = connection
  const strict = createKubeClient({ server: url }, { clock: systemClock })
  await expect(strict.list(PODS)).rejects.toMatchObject({ kind: 'tls', sent: false })
  const wrongName = createKubeClient({ ...connection, serverName: 'other.test' }, { clock: systemClock })
  await expect(wrongName.list(PODS)).rejects.toMatchObject({ kind: 'tls', sent: false })
  expect(clients).toEqual([])
  const lax = createKubeClient({ server: url, insecure: true }, { clock: systemClock })
  expect((await lax.list(PODS)).items).toEqual([])
  const named = createKubeClient({ ...connection, serverName: 'api.test' }, { clock: systemClock })
  expect((await named.list(PODS)).items).toEqual([])
  for (const client of [strict, wrongName, lax, named]) client.close()
})
