import http from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { randomFrom } from '../base/random.ts'
import { createKubeClient, type RestKubeClient } from '../cluster/client.ts'
import type { KubeObject } from '../cluster/types.ts'
import { startApiServer, type ApiServer } from '../embedded/apiserver/api-server.ts'
import { makeCertificate } from '../embedded/apiserver/certificate.ts'
import { startJsInstance } from '../embedded/redis/js-instance.ts'
import type { RedisInstance } from '../embedded/redis/provider.ts'
import { builtInDescription } from '../gateway/index.ts'
import type { Deployment } from '../targets/target.ts'
import { openLink, type GatewayLink } from './gateway-link.ts'

const deployment: Deployment = {
  name: 'storm',
  profile: 'storm',
  exclusive: false,
  namespace: 'gw',
  version: 'documented',
  configuration: { processing: { storm: { inactivity_timeout: '2s' } } },
}

let redis: RedisInstance
let gateway: http.Server
let api: ApiServer
let client: RestKubeClient
/** Pod → the port it is at. */
const ports = new Map<string, number>()

beforeAll(async () => {
  redis = await startJsInstance()
  gateway = http.createServer((request, response) => response.end(request.url))
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  api = await startApiServer({
    clock: systemClock,
    random: randomFrom('link'),
    crds: [],
    dial: ({ name }) => {
      const port = ports.get(name)
      return port === undefined ? undefined : connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    },
    credentials: { token: 'sesame', certificate: await makeCertificate(systemClock) },
  })
  client = createKubeClient(api.connection, { clock: systemClock })
  api.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gw' } })
  for (const app of ['gateway', 'redis']) api.objects.create(podOf(app))
})

beforeEach(() => {
  ports.set('gateway-0', (gateway.address() as AddressInfo).port)
  ports.set('redis-0', redis.port)
})

afterAll(async () => {
  client.close()
  await api.close()
  await redis.stop()
  gateway.closeAllConnections()
  await new Promise((resolve) => gateway.close(resolve))
})

function podOf(app: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'gw', name: `${app}-0`, labels: { app } },
    spec: { containers: [{ name: app, image: app }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [] },
  }
}

function open(more: Partial<Deployment> = {}): Promise<GatewayLink> {
  const description = builtInDescription
  const { connection } = api
  return openLink({
    deployment: { ...deployment, ...more },
    description,
    connection,
    client,
    clock: systemClock,
  })
}

test('a link reaches the gateway and its Redis through forwards of its own', async () => {
  const link = await open()
  const reply = await link.http.exchange({ method: 'GET', url: `${link.url}/x`, timeoutMs: 5000 })
  expect(reply.body.toString()).toBe('/x')
  await link.redis.command('SET', 'k', 'v')
  expect((await link.redis.look('k')).value).toBe('v')
  expect(link.settings).toMatchObject({ window: '2s', url: link.url, namespace: 'gw' })
  expect(link.forwards).toMatchObject([
    { to: 'gateway', profile: 'storm', pod: 'gw/gateway-0' },
    { to: 'redis', pod: 'gw/redis-0' },
  ])
  const before = link.epoch()
  await link.check()
  expect(link.epoch()).toBe(before)
  await link.close()
})

test('a connection that breaks is a new epoch, with its reason', async () => {
  const link = await open()
  const before = link.epoch()
  ports.delete('gateway-0')
  gateway.closeAllConnections()
  await expect(link.check()).rejects.toMatchObject({ outcome: 'broken', code: 'UNREACHABLE' })
  expect(link.epoch()).toBeGreaterThan(before)
  expect(link.lastError()).toBeDefined()
  await link.close()
})

test('what cannot be reached is broken, names the deployment, and leaves no connection to Redis', async () => {
  ports.delete('gateway-0')
  const watcher = await open({ name: 'probe' }).catch((error: unknown) => error)
  expect(watcher).toMatchObject({ outcome: 'broken', code: 'UNREACHABLE' })
  expect((watcher as Error).message).toMatch(/^probe cannot be reached: /)
})

test('a check that is stopped ends with the reason', async () => {
  const link = await open()
  const reason = new Error('stopped')
  await expect(link.check(AbortSignal.abort(reason))).rejects.toBe(reason)
  await link.close()
})
