import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { TransportError } from '../http/transport-error.ts'
import { ApiError } from './api-error.ts'
import { createKubeClient, type RestKubeClient } from './client.ts'
import { FakeApiServer, WIDGETS, refuse, reply, type Call } from './testing/fake-api-server.ts'
import type { ClusterConnection, KubeObject } from './types.ts'

let api: FakeApiServer
let connection: ClusterConnection
let clock: ManualClock
let client: RestKubeClient

beforeEach(async () => {
  api = new FakeApiServer()
  connection = await api.listen()
  clock = new ManualClock()
  client = createKubeClient(connection, { clock })
})
afterEach(async () => {
  client.close()
  await api.close()
})

const widget = (name: string): KubeObject => ({
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'shop' },
})
const ref = { namespace: 'shop', name: 'a' }

/** Lets time pass, one timer after the other, until the work is done. */
async function finish<T>(work: Promise<T>): Promise<T> {
  const done = { yet: false }
  const settled = work.finally(() => (done.yet = true)).catch(() => undefined)
  while (!done.yet) {
    await new Promise((resolve) => setImmediate(resolve))
    // Requests under way hold one timer each; only a wait between tries is skipped over.
    if (api.calls.every((call) => call.response.closed || call.response.writableEnded))
      await clock.advance(100)
  }
  await settled
  return work
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  return finish(work).then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  )
}

const fail =
  (status: number, retryAfter?: number) =>
  ({ response }: Call): void =>
    refuse(response, status, {
      reason: 'Busy',
      message: 'later',
      ...(retryAfter === undefined ? {} : { retryAfter }),
    })

const reset = ({ request }: Call): void => void request.socket.resetAndDestroy()

test('each call is the request that Kubernetes expects', async () => {
  await client.create(WIDGETS, widget('a'))
  await client.replace(WIDGETS, widget('a'))
  await client.patch(WIDGETS, ref, { merge: { spec: 1 } })
  await client.patch(WIDGETS, ref, { merge: { status: 1 }, status: true })
  await client.delete(WIDGETS, ref)
  const one = '/apis/test.dev/v1/namespaces/shop/widgets'
  expect(
    api.calls.map(({ method, path, body, headers }) => [method, path, body, headers['content-type']]),
  ).toEqual([
    ['POST', one, widget('a'), 'application/json'],
    ['PUT', `${one}/a`, widget('a'), 'application/json'],
    ['PATCH', `${one}/a`, { spec: 1 }, 'application/merge-patch+json'],
    ['PATCH', `${one}/a/status`, { status: 1 }, 'application/merge-patch+json'],
    ['DELETE', `${one}/a`, undefined, undefined],
  ])
})

test('all calls share kept connections, a bounded number', async () => {
  let connections = 0
  api.server.on('connection', () => (connections += 1))
  await Promise.all(Array.from({ length: 50 }, () => client.list(WIDGETS)))
  await client.list(WIDGETS)
  expect(connections).toBeLessThanOrEqual(8)
})

test('a list is read to its last page, and its items say what they are', async () => {
  for (let index = 0; index < 1101; index += 1) api.put(`w${index}`)
  const list = await client.list(WIDGETS, { namespace: 'shop', labelSelector: 'a=b' })
  expect(list.items).toHaveLength(1101)
  expect(list.resourceVersion).toBe('1201')
  expect(list.items[0]).toMatchObject({ apiVersion: 'test.dev/v1', kind: 'Widget' })
  expect(api.calls).toHaveLength(3)
  expect(api.calls.every((call) => call.query.get('labelSelector') === 'a=b')).toBe(true)
})

test('a list whose next page has expired is read again in one piece', async () => {
  for (let index = 0; index < 600; index += 1) api.put(`w${index}`)
  api.script('list', (call) => api.serveList(call), fail(410))
  expect((await client.list(WIDGETS)).items).toHaveLength(600)
  expect(api.calls.map((call) => call.query.get('limit'))).toEqual(['500', '500', null])
})

test('a list that has expired from the start is an error', async () => {
  api.script('list', fail(410))
  expect(await errorOf(client.list(WIDGETS))).toMatchObject({ status: 410 })
  expect(api.calls).toHaveLength(1)
})

test('an error reply carries what the server said', async () => {
  api.script('list', ({ response }) =>
    refuse(response, 404, { reason: 'NotFound', message: 'widgets "a" not found' }),
  )
  const error = await errorOf(client.get(WIDGETS, ref))
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ status: 404, reason: 'NotFound' })
  expect(error.message).toBe(
    'GET /apis/test.dev/v1/namespaces/shop/widgets/a: 404 NotFound: widgets "a" not found',
  )
})

test('reads are tried again after 429, 5xx and a reset', async () => {
  api.script('list', fail(429, 2), fail(503), reset, fail(500))
  await finish(client.list(WIDGETS))
  expect(api.calls).toHaveLength(5)
  expect(clock.now()).toBeGreaterThanOrEqual(2000)
})

test('when it gives up it names the last error and how often it tried', async () => {
  api.script('list', ...Array.from({ length: 100 }, () => fail(503)))
  const error = await errorOf(client.list(WIDGETS))
  expect(error).toMatchObject({ status: 503, retryAfterMs: undefined })
  expect(error.message).toMatch(/: 503 Busy: later \(gave up after \d+ tries in [\d.]+m?s\)$/)
  expect(clock.now()).toBeLessThanOrEqual(10_100)
})

test('a Retry-After beyond the limit is not waited for', async () => {
  api.script('list', fail(429, 60))
  expect(await errorOf(client.list(WIDGETS))).toMatchObject({ status: 429, retryAfterMs: 60_000 })
  expect(api.calls).toHaveLength(1)
})

test('two clients with one seed wait equally long', async () => {
  const waits: number[] = []
  for (let round = 0; round < 2; round += 1) {
    clock = new ManualClock()
    const other = createKubeClient(connection, { clock })
    api.script('list', fail(503), fail(503), fail(503))
    await finish(other.list(WIDGETS))
    waits.push(clock.now())
    other.close()
  }
  expect(waits[0]).toBe(waits[1])
})

test('a create is repeated only when the server has done nothing', async () => {
  api.script('write', fail(429, 1))
  await finish(client.create(WIDGETS, widget('a')))
  expect(api.calls).toHaveLength(2)
  for (const script of [fail(503), fail(409), reset]) {
    const before = api.calls.length
    api.script('write', script)
    expect((await errorOf(client.create(WIDGETS, widget('a')))).message).not.toBe('it did not fail')
    expect(api.calls).toHaveLength(before + 1)
  }
})

test('a conflict is never repeated', async () => {
  api.script('write', fail(409))
  expect(await errorOf(client.replace(WIDGETS, widget('a')))).toMatchObject({ status: 409 })
  expect(api.calls).toHaveLength(1)
})

test('a delete whose first reply was lost is done when the object is gone', async () => {
  api.script('write', reset, fail(404))
  await finish(client.delete(WIDGETS, ref))
  api.script('write', fail(404))
  expect(await errorOf(client.delete(WIDGETS, ref))).toMatchObject({ status: 404 })
})

test('a server that does not answer is given up on by the clock', async () => {
  api.script('write', () => undefined)
  const creating = client.create(WIDGETS, widget('a')).catch((error: unknown) => error)
  await api.until(() => api.calls.length === 1)
  await clock.advance(10_000)
  expect(await creating).toMatchObject({ kind: 'timeout', sent: 'unknown' })
})

test('a server that is not there is a transport error that names it', async () => {
  await api.close()
  const error = await errorOf(client.list(WIDGETS))
  expect(error).toBeInstanceOf(TransportError)
  expect(error.message).toMatch(
    /^GET http:\/\/127\.0\.0\.1:\d+\/apis\/.*: connection refused \(gave up after/,
  )
})

test('a reply that is not JSON is an error and no object', async () => {
  api.script('list', ({ response }) => response.writeHead(200).end('<html>'))
  const work = createKubeClient(connection, { clock, retryMs: 0 }).get(WIDGETS, ref)
  expect(await errorOf(work)).toMatchObject({ kind: 'protocol' })
})

test("an abort ends a request and the wait between tries with the caller's reason", async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  api.script('list', fail(503))
  const asking = client.list(WIDGETS, {}, stop.signal)
  await api.until(() => api.calls[0]?.response.writableEnded === true)
  stop.abort(reason)
  await expect(asking).rejects.toBe(reason)
  await expect(client.list(WIDGETS, {}, stop.signal)).rejects.toBe(reason)
  expect(api.calls).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test('connections can be made by a function instead of TCP', async () => {
  const asked: unknown[] = []
  const port = Number(new URL(connection.server).port)
  const makeConnection = (to: unknown): net.Socket => {
    asked.push(to)
    return net.connect(port, '127.0.0.1')
  }
  const inside = createKubeClient({ server: 'http://api.sandbox' }, { clock, makeConnection })
  await inside.list(WIDGETS)
  inside.close()
  expect(asked).toEqual([{ host: 'api.sandbox', port: 80 }])
})

test('credentials can be replaced', async () => {
  client.update({ ...connection, token: 'fresh' })
  await client.list(WIDGETS)
  expect(api.calls[0]?.headers.authorization).toBe('Bearer fresh')
})

test('a type that needs a namespace is refused without one', async () => {
  await expect(client.get(WIDGETS, { name: 'a' })).rejects.toThrow('Widget a: a namespace is needed')
})

test('an object comes back as the server wrote it', async () => {
  api.script('write', ({ response }) => reply(response, 201, { ...widget('a'), spec: { deep: [1, null] } }))
  expect(await client.create(WIDGETS, widget('a'))).toEqual({ ...widget('a'), spec: { deep: [1, null] } })
})
