import { expect } from 'vitest'
import { valueAt } from '../../../../base/json.ts'
import { calm, stormy } from '../workbench.ts'
import { AS_2025, check, elsewhere, EVENT, PROMETHEUS, type Check } from './check.ts'
import type { httpStatements } from './statements-http.ts'

const COMMAND = 'commands/gateway.test.ts'
const HTTP = 'embedded/gateway/http.test.ts'
const JSON_TYPE = { 'content-type': 'application/json' }
const body = (labels: object, more: object = {}): object => ({ alerts: [{ labels }], ...more })
const exact = (bytes: number): string => {
  const empty = JSON.stringify(body({ alertname: 'A', pad: '' }))
  return empty.replace('"pad":""', `"pad":"${'x'.repeat(bytes - empty.length)}"`)
}

export const httpChecks = {
  'ping-first': elsewhere(COMMAND, 'no Redis where the flags say, whatever the file says: 1'),
  'bad-config': elsewhere(COMMAND, "'a negative threshold'"),
  'bad-policy': elsewhere(COMMAND, 'a policy that is not known: 1'),
  'cluster-later': elsewhere(COMMAND, 'the API server may be away at the start'),
  'unknown-flag': elsewhere(COMMAND, 'a flag that is not known: 2'),
  drain: elsewhere(COMMAND, 'SIGTERM: not ready at once, served for 5 s, then gone with code 0'),
  'log-json': elsewhere(COMMAND, 'and logs JSON on stderr'),
  'metrics-port': check(async (bench) => {
    expect((await bench.send('/metrics', { method: 'GET' })).text).toContain('# TYPE gateway_')
  }),
  'health-routes': check(async (bench) => {
    for (const path of ['/health', '/healthz'])
      expect((await bench.send(path, { method: 'GET' })).status).toBe(200)
  }),
  'unknown-path': check(async (bench) => {
    for (const path of ['/nowhere', `${PROMETHEUS}/`]) {
      const { status, text, headers } = await bench.send(path)
      expect([status, text]).toEqual([404, '404 page not found\n'])
      expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    }
  }),
  'wrong-method': check(async (bench) => {
    for (const [path, method, allow] of [
      [PROMETHEUS, 'GET', 'POST'],
      [EVENT, 'DELETE', 'POST'],
      ['/health', 'POST', 'GET'],
      ['/ready', 'PUT', 'GET'],
    ] as const) {
      const { status, text, headers } = await bench.send(path, { method })
      expect([status, text, headers.allow]).toEqual([405, '', allow])
    }
  }),
  'head-health': check(async (bench) => {
    for (const path of ['/health', '/ready']) {
      const { status, headers } = await bench.send(path, { method: 'HEAD' })
      expect([status, headers.allow]).toEqual([405, 'GET'])
    }
  }),
  'odd-method': elsewhere(HTTP, 'a method that nobody has heard of is a 405 without a body'),
  'any-metrics': check(async (bench) => {
    for (const method of ['POST', 'DELETE'])
      expect((await bench.send('/metrics', { method })).status).toBe(200)
  }),
  'duration-all': check(async (bench) => {
    await bench.send('/nowhere', { method: 'GET' })
    await bench.send('/health', { method: 'POST' })
    const name = 'gateway_http_request_duration_seconds_count'
    expect(await bench.metric(`${name}{endpoint="/nowhere",method="GET",status="404"}`)).toBe(1)
    expect(await bench.metric(`${name}{endpoint="/health",method="POST",status="405"}`)).toBe(1)
  }),
  'media-absent': check(async (bench) => {
    const sent = body({ alertname: 'A', namespace: 'team-a' })
    for (const headers of [{}, { 'content-type': '' }, { 'content-type': '  ' }])
      expect((await bench.send(PROMETHEUS, { headers, body: sent })).status).toBeLessThan(300)
  }),
  'media-json': check(async (bench) => {
    const sent = body({ alertname: 'A', namespace: 'team-a' })
    for (const type of ['Application/JSON', 'application/json; charset=utf-8', 'application/json; a=b; a=b'])
      expect((await bench.send(PROMETHEUS, { headers: { 'content-type': type }, body: sent })).status).toBeLessThan(300)
  }),
  'media-other': check(async (bench) => {
    const statuses = []
    for (const type of ['text/plain', 'application/json; charset', 'application/json;;', '/', 'application/json, text/plain'])
      statuses.push((await bench.send(PROMETHEUS, { headers: { 'content-type': type }, body: '{}' })).status)
    expect(statuses).toEqual([415, 400, 400, 400, 400])
  }),
  'timestamp-ignored': check(async (bench) => {
    const headers = { 'x-timestamp': 'long ago' }
    expect((await bench.send(PROMETHEUS, { headers, body: body({ alertname: 'A', namespace: 'team-a' }) })).status).toBe(201)
  }),
  'gzip-refused': elsewhere('embedded/gateway/fuzz.test.ts', 'an encoded body is taken for what it is'),
  'size-limit': check(async (bench) => {
    expect((await bench.send(PROMETHEUS, { body: exact(102_400) })).status).toBe(201)
    const { status, json } = await bench.send(PROMETHEUS, { body: exact(102_401) })
    expect(status).toBe(400)
    expect(json?.['detail']).toMatch(/payload too large.*102401.*102400/)
  }),
  'first-alert-only': check(async (bench) => {
    const alerts = ['A', 'B'].map((alertname) => ({ labels: { alertname, namespace: 'team-a' } }))
    await bench.send(PROMETHEUS, { body: { alerts } })
    expect(bench.kube.objects.map((object) => valueAt(object, ['spec', 'signalName']))).toEqual(['A'])
  }),
  'alerts-required': check(async (bench) => {
    const details = []
    for (const sent of [{}, { alerts: [] }, body({}), body({ alertname: '' })])
      details.push((await bench.send(PROMETHEUS, { body: sent })).json?.['detail'])
    expect(details.slice(0, 2).every((detail) => String(detail).includes('no alerts'))).toBe(true)
    expect(details.slice(2).every((detail) => String(detail).includes('alertName is required'))).toBe(true)
  }),
  'status-ignored': check(async (bench) => {
    expect((await bench.alert({}, { status: 'resolved' })).status).toBe(201)
  }),
  'common-labels': check(async (bench) => {
    const more = { commonLabels: { team: 'common', alertname: 'X' }, commonAnnotations: { summary: 'common' } }
    await bench.send(PROMETHEUS, { body: body({ alertname: 'A', namespace: 'team-a', team: 'own' }, more) })
    const [object] = bench.kube.objects
    expect(valueAt(object, ['spec', 'signalLabels'])).toMatchObject({ team: 'common', alertname: 'X' })
    expect(valueAt(object, ['spec', 'signalAnnotations'])).toEqual({ summary: 'common' })
    expect(valueAt(object, ['spec', 'signalName'])).toBe('A')
  }),
  'ends-at-checked': check(async (bench) => {
    expect((await bench.alert({}, { endsAt: 'soon' })).status).toBe(400)
    expect((await bench.alert({}, { endsAt: '2025-11-24T13:13:00Z' })).status).toBe(201)
  }),
  'wrong-type': check(async (bench) => {
    expect((await bench.send(PROMETHEUS, { body: body({ alertname: 1 }) })).status).toBe(400)
    expect((await bench.send(PROMETHEUS, { body: body({ alertname: 'A' }, { truncatedAlerts: 'x' }) })).status).toBe(400)
    expect((await bench.send(PROMETHEUS, { body: body({ alertname: 'A' }, { whatever: [1] }) })).status).toBe(201)
  }),
  'key-case': check(async (bench) => {
    const sent = { ALERTS: [{ Labels: { alertname: 'A', namespace: 'team-a' }, startsat: null }] }
    expect((await bench.send(PROMETHEUS, { body: sent })).status).toBe(201)
  }),
  'garbage-after': check(async (bench) => {
    const whole = JSON.stringify(body({ alertname: 'A' }))
    for (const text of [`${whole}x`, `${whole}{}`, ''])
      expect((await bench.send(PROMETHEUS, { body: text })).status).toBe(400)
  }),
  'example-fingerprint': check(async (bench) => {
    const labels = { alertname: 'CheckoutLatencyHigh', namespace: 'team-a', pod: 'checkout-0' }
    const { json } = await bench.alert({ ...labels, namespace: 'shop-a' })
    expect(json?.['fingerprint']).toBe('dbae0ed74b644b5dba80577cb9e0c4db239866d84796c3b3564e6eadc1704ec7')
  }),
  'event-required': check(async (bench) => {
    const details = []
    for (const sent of [{}, { reason: 'R' }, { reason: 'R', involvedObject: { kind: 'Pod' } }])
      details.push(String((await bench.send(EVENT, { body: sent })).json?.['detail']))
    expect(details[0]).toContain('missing reason')
    expect(details[1]).toContain('kind')
    expect(details[2]).toContain('name')
  }),
  'event-type': check(async (bench) => {
    const statuses = []
    for (const type of ['Warning', 'Error', 'Normal', '', 'warning'])
      statuses.push((await bench.send(EVENT, { body: { type, reason: type, involvedObject: { kind: 'Pod', name: 'p', namespace: 'team-a' } } })).status)
    expect(statuses).toEqual([201, 201, 400, 400, 400])
  }),
  'event-no-limit': elsewhere('embedded/gateway/fuzz.test.ts', "'an event of 1 MiB + 1'"),
  'event-fingerprint': check(async (bench) => {
    const involvedObject = { kind: 'Pod', namespace: 'shop-a', name: 'checkout-0' }
    const { json } = await bench.send(EVENT, { body: { type: 'Warning', reason: 'OOMKilled', involvedObject } })
    expect(json?.['fingerprint']).toBe('21148292a3234fcd489fcf4938a0fcc1ca5884154bc9d948bdc6c49adea7087c')
  }),
  'body-created': check(async (bench) => {
    const { status, json } = await bench.alert()
    expect(status).toBe(201)
    expect(Object.keys(json ?? {})).toEqual(['status', 'message', 'fingerprint', 'duplicate', 'remediationRequestName', 'remediationRequestNamespace', 'environment', 'priority', 'remediationPath'])
    expect(json).toMatchObject({ status: 'created', duplicate: false, environment: 'unknown', priority: 'P2', remediationPath: 'conservative' })
  }),
  'body-duplicate': check(async (bench) => {
    const first = await bench.alert()
    const { status, json } = await bench.alert()
    expect([status, json?.['status'], json?.['duplicate']]).toEqual([202, 'duplicate', true])
    const RemediationRequestRef = `team-a/${String(first.json?.['remediationRequestName'])}`
    expect(json?.['metadata']).toEqual({ Fingerprint: json?.['fingerprint'], Count: 2, RemediationRequestRef, FirstSeen: '2025-11-24T12:00:00Z', LastSeen: '2025-11-24T12:00:00Z' })
  }),
  'body-buffered': check(
    async (bench) => {
      const { status, json } = await bench.alert()
      expect([status, Object.keys(json ?? {})]).toEqual([202, ['status', 'message', 'fingerprint', 'duplicate']])
      expect(json?.['message']).toContain('buffered')
    },
    { storm: stormy },
  ),
  'body-started': check(
    async (bench) => {
      await bench.alert()
      const { status, json } = await bench.alert({ pod: 'p-2' })
      expect(status).toBe(202)
      expect(json).toMatchObject({ status: 'accepted', isStorm: true, stormType: 'rate' })
      expect(json?.['windowID']).toMatch(/^PodCrashLooping-\d{10}$/)
      expect(json?.['message']).toMatch(/started.*1 minute/)
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'body-joined': check(
    async (bench) => {
      for (const pod of ['1', '2']) await bench.alert({ pod })
      const { status, json } = await bench.alert({ pod: '3' })
      expect([status, json?.['isStorm']]).toEqual([202, true])
      expect(json?.['message']).toMatch(/added.*3 resources/)
    },
    { storm: stormy },
  ),
  'body-format': check(async (bench) => {
    const { text, headers } = await bench.alert()
    expect(text).toMatch(/^\{.*\}\n$/)
    expect([headers['content-type'], headers.location]).toEqual(['application/json', undefined])
  }),
  'problem-parse': check(async (bench) => {
    const { status, json, headers } = await bench.send(PROMETHEUS, { body: 'no' })
    expect(status).toBe(400)
    expect(json).toMatchObject({ type: 'https://kubernaut.io/errors/validation-error', title: 'Bad Request' })
    expect(json?.['detail']).toMatch(/^Failed to parse signal/)
    expect(headers['content-type']).toBe('application/problem+json')
    const refused = await bench.send(PROMETHEUS, { body: body({ alertname: '' }) })
    expect(refused.json?.['detail']).toMatch(/^Signal validation failed/)
  }),
  'problem-fields': check(async (bench) => {
    const { json } = await bench.send(`${PROMETHEUS}?x=1`, { body: 'no' })
    expect(Object.keys(json ?? {}).sort()).toEqual(['detail', 'instance', 'request_id', 'status', 'title', 'type'])
    expect(json).toMatchObject({ status: 400, instance: PROMETHEUS })
  }),
  'problem-415': elsewhere(HTTP, 'another one is told what would be taken'),
  'problem-500': elsewhere('embedded/gateway/creation.test.ts', 'which failures are worth another attempt'),
  'problem-503': check(async (bench) => {
    bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
    const { status, json, headers } = await bench.until(bench.alert())
    expect([status, headers['retry-after']]).toEqual([503, '30'])
    expect(json).toMatchObject({ type: 'https://kubernaut.io/errors/service-unavailable', title: 'Service Unavailable' })
    expect(json?.['detail']).toContain('deduplication check failed')
  }),
  'problem-ready': check(async (bench) => {
    bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
    const { status, headers, json } = await bench.send('/ready', { method: 'GET' })
    expect([status, headers['retry-after']]).toEqual([503, undefined])
    expect(json?.['type']).toBe('https://kubernaut.io/errors/service-unavailable')
  }),
  'unknown-ids': check(
    async (bench) => {
      expect((await bench.send(PROMETHEUS, { body: 'no' })).json?.['request_id']).toBe('unknown')
      const typed = await bench.send(PROMETHEUS, { headers: { 'content-type': 'text/plain' } })
      expect(typed.json).not.toHaveProperty('request_id')
    },
    { faults: AS_2025 },
  ),
  redaction: elsewhere(HTTP, '"password":"[REDACTED]"'),
  'health-body': check(async (bench) => {
    const { json, headers } = await bench.send('/health', { method: 'GET' })
    expect(json).toEqual({ status: 'healthy', timestamp: '2025-11-24T12:00:00Z' })
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  }),
  'ready-body': check(async (bench) => {
    expect((await bench.send('/ready', { method: 'GET' })).text).toBe('{"status":"ready"}\n')
  }),
  'ready-redis': check(async (bench) => {
    bench.kube.before = () => Promise.reject(new Error('no cluster'))
    expect((await bench.send('/ready', { method: 'GET' })).status).toBe(200)
    bench.beforeRedis = () => new Promise(() => undefined)
    expect((await bench.until(bench.send('/ready', { method: 'GET' }))).status).toBe(503)
    expect(bench.clock.now()).toBeLessThan(5500)
  }),
  'metrics-type': check(async (bench) => {
    const { headers } = await bench.send('/metrics', { method: 'GET' })
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    const zipped = await bench.send('/metrics', { method: 'GET', headers: { ...JSON_TYPE, 'accept-encoding': 'gzip' } })
    expect(zipped.headers['content-encoding']).toBe('gzip')
  }, { storm: calm }),
  'write-timeout': elsewhere(HTTP, 'a slow answer is cut off at the write timeout, its work goes on'),
} satisfies Readonly<Record<keyof typeof httpStatements, Check>>
