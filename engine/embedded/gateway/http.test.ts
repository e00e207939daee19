import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { problemReply } from './problem-body.ts'
import { duplexPair } from './testing/duplex-pair.ts'
import { Workbench, type WorkbenchOptions } from './testing/workbench.ts'

const SIGNALS = '/api/v1/signals/prometheus'
let bench: Workbench

async function open(options: WorkbenchOptions = {}): Promise<Workbench> {
  bench = await Workbench.open(options)
  return bench
}

afterEach(() => bench.close())

describe('routes', () => {
  test.each([
    ['GET', SIGNALS, 405, 'POST'],
    ['PUT', '/api/v1/signals/kubernetes-event', 405, 'POST'],
    ['POST', '/health', 405, 'GET'],
    ['HEAD', '/ready', 405, 'GET'],
    ['PURGE', '/health', 405, undefined],
    ['GET', '/health', 200, undefined],
    ['GET', '/healthz', 200, undefined],
    ['GET', '/ready', 200, undefined],
    ['POST', '/metrics', 200, undefined],
    ['GET', `${SIGNALS}/`, 404, undefined],
    ['GET', '/nowhere?x=1', 404, undefined],
  ])('%s %s is %i', async (method, path, status, allow) => {
    await open()
    const answer = await bench.send(path, { method })
    expect(answer.status).toBe(status)
    expect(answer.headers.allow).toBe(allow)
    if (status === 405) expect(answer.text).toBe('')
  })

  test('an unknown path is answered as Go does', async () => {
    await open()
    const { text, headers } = await bench.send('/nowhere', { method: 'GET' })
    expect(text).toBe('404 page not found\n')
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  })
})

test('a method that nobody has heard of is a 405 without a body', async () => {
  await open()
  const [ours, theirs] = duplexPair()
  bench.gateway.server.emit('connection', theirs)
  ours.write('FOO /health HTTP/1.1\r\nHost: x\r\n\r\n')
  const [head = ''] = String((await once(ours, 'data'))[0]).split('\r\n')
  expect(head).toBe('HTTP/1.1 405 Method Not Allowed')
})

test('metrics are zipped for those who ask', async () => {
  await open()
  const { headers } = await bench.send('/metrics', { method: 'GET', headers: { 'accept-encoding': 'gzip' } })
  expect(headers['content-encoding']).toBe('gzip')
})

describe('media types', () => {
  const body = { alerts: [{ labels: { alertname: 'A', namespace: 'team-a' } }] }

  test.each([
    ['', 201],
    ['  ', 201],
    ['application/json; charset=utf-8', 201],
    ['text/plain', 415],
    ['application/json;;', 400],
  ])('"%s" is %i', async (type, status) => {
    await open()
    expect((await bench.send(SIGNALS, { headers: { 'content-type': type }, body })).status).toBe(status)
  })

  test('another one is told what would be taken', async () => {
    await open()
    const { headers, json } = await bench.send(SIGNALS, { headers: { 'content-type': 'text/xml' }, body })
    expect(headers.accept).toBe('application/json')
    expect(json).toMatchObject({
      type: 'https://kubernaut.io/errors/unsupported-media-type',
      instance: SIGNALS,
    })
  })
})

describe('request ids', () => {
  test('one is made where none is given, and stands in header, body and log', async () => {
    await open()
    const { headers, json } = await bench.send(SIGNALS, { body: 'x' })
    expect(headers['x-request-id']).toMatch(/^gw-\w{16}$/)
    expect(json?.['request_id']).toBe(headers['x-request-id'])
    expect(bench.log.find(({ msg }) => msg === 'request')).toMatchObject({
      request_id: headers['x-request-id'],
      path: SIGNALS,
      status: 400,
    })
  })

  test('lost, problem bodies of signals say unknown and others nothing', async () => {
    await open({ faults: ['request-ids-lost'] })
    const refused = await bench.send(SIGNALS, { headers: { 'x-request-id': 'mine' }, body: 'x' })
    expect(refused.json?.['request_id']).toBe('unknown')
    expect(refused.headers['x-request-id']).toBeUndefined()
    const media = await bench.send(SIGNALS, { headers: { 'content-type': 'text/xml' }, body: 'x' })
    expect(media.json).not.toHaveProperty('request_id')
  })
})

describe('the rate limit', () => {
  const rateLimit = { requests_per_minute: 2, burst: 1 }

  test('counts each client address by itself and says when to come back', async () => {
    await open({ rateLimit })
    const from = (address: string): Promise<{ status: number; headers: Record<string, unknown> }> =>
      bench.send(SIGNALS, { headers: { 'x-forwarded-for': `${address}, 10.0.0.9` }, body: 'x' })
    for (let time = 0; time < 3; time += 1) expect((await from('10.0.0.1')).status).toBe(400)
    await bench.pass(20_000)
    const refused = await from('10.0.0.1')
    expect(refused.status).toBe(429)
    expect(refused.headers).toMatchObject({ 'retry-after': '40', 'content-type': 'application/problem+json' })
    expect((await from('10.0.0.2')).status).toBe(400)
    expect(await bench.keys('ratelimit:*')).toEqual(['ratelimit:10.0.0.1', 'ratelimit:10.0.0.2'])
    await bench.pass(40_000)
    expect((await from('10.0.0.1')).status).toBe(400)
  })

  test('lets all through without Redis, and never limits other paths', async () => {
    await open({ rateLimit })
    for (let time = 0; time < 5; time += 1) {
      expect((await bench.send('/health', { method: 'GET' })).status).toBe(200)
    }
    bench.beforeRedis = () => Promise.reject(new Error('away'))
    for (let time = 0; time < 5; time += 1)
      expect((await bench.send(SIGNALS, { body: 'x' })).status).toBe(400)
  })
})

test('secrets in the detail of a problem are blotted out', async () => {
  await open()
  const type = '"password": "p", "Token":"t", "api_key":"", "annotations": {"a":1}, "generatorURL":"http://x"'
  const involvedObject = { kind: 'Pod', name: 'p' }
  const { json } = await bench.send('/api/v1/signals/kubernetes-event', {
    body: { type, reason: 'R', involvedObject },
  })
  expect(json?.['detail']).toBe(
    'Failed to parse signal: unsupported event type: "password":"[REDACTED]", "token":"[REDACTED]", ' +
      '"api_key":"", "annotations":[REDACTED], "generatorURL":[REDACTED] (expected Warning or Error)',
  )
})

test('a problem body is escaped as Go does', () => {
  const { body } = problemReply({ kind: 'validation-error', detail: '<b>', instance: '/x' })
  expect(body).toBe(
    String.raw`{"type":"https://kubernaut.io/errors/validation-error","title":"Bad Request","detail":"\u003cb\u003e","status":400,"instance":"/x"}` +
      '\n',
  )
})

test('a slow answer is cut off at the write timeout, its work goes on', async () => {
  await open({ server: { write_timeout: '1s' } })
  bench.kube.before = (call) => (call === 'create' ? bench.clock.sleep(3000) : Promise.resolve())
  await expect(bench.until(bench.alert())).rejects.toThrow()
  await bench.pass(3000)
  expect(bench.kube.objects).toHaveLength(1)
})
