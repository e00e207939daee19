import { expect } from 'vitest'
import { valueAt } from '../../../../base/json.ts'
import { check, elsewhere, EVENT, PROMETHEUS, type Check } from './check.ts'
import type { httpStatements } from './statements-http.ts'

const COMMAND = 'commands/gateway.test.ts'
const HTTP = 'embedded/gateway/http.test.ts'
const body = (labels: object, more: object = {}): object => ({ alerts: [{ labels }], ...more })
const exact = (bytes: number): string => {
  const empty = JSON.stringify(body({ alertname: 'A', pad: '' }))
  return empty.replace('"pad":""', `"pad":"${'x'.repeat(bytes - empty.length)}"`)
}

export const requestChecks = {
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
      expect(
        (await bench.send(PROMETHEUS, { headers: { 'content-type': type }, body: sent })).status,
      ).toBeLessThan(300)
  }),
  'media-other': check(async (bench) => {
    const statuses = []
    for (const type of [
      'text/plain',
      'application/json; charset',
      'application/json;;',
      '/',
      'application/json, text/plain',
    ])
      statuses.push((await bench.send(PROMETHEUS, { headers: { 'content-type': type }, body: '{}' })).status)
    expect(statuses).toEqual([415, 400, 400, 400, 400])
  }),
  'timestamp-ignored': check(async (bench) => {
    const headers = { 'x-timestamp': 'long ago' }
    expect(
      (await bench.send(PROMETHEUS, { headers, body: body({ alertname: 'A', namespace: 'team-a' }) })).status,
    ).toBe(201)
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
    expect((await bench.ask({}, { status: 'resolved' })).status).toBe(201)
  }),
  'common-labels': check(async (bench) => {
    const more = {
      commonLabels: { team: 'common', alertname: 'X' },
      commonAnnotations: { summary: 'common' },
    }
    await bench.send(PROMETHEUS, { body: body({ alertname: 'A', namespace: 'team-a', team: 'own' }, more) })
    const [object] = bench.kube.objects
    expect(valueAt(object, ['spec', 'signalLabels'])).toMatchObject({ team: 'common', alertname: 'X' })
    expect(valueAt(object, ['spec', 'signalAnnotations'])).toEqual({ summary: 'common' })
    expect(valueAt(object, ['spec', 'signalName'])).toBe('A')
  }),
  'ends-at-checked': check(async (bench) => {
    expect((await bench.ask({}, { endsAt: 'soon' })).status).toBe(400)
    expect((await bench.ask({}, { endsAt: '2025-11-24T13:13:00Z' })).status).toBe(201)
  }),
  'wrong-type': check(async (bench) => {
    expect((await bench.send(PROMETHEUS, { body: body({ alertname: 1 }) })).status).toBe(400)
    expect(
      (await bench.send(PROMETHEUS, { body: body({ alertname: 'A' }, { truncatedAlerts: 'x' }) })).status,
    ).toBe(400)
    expect((await bench.send(PROMETHEUS, { body: body({ alertname: 'A' }, { whatever: [1] }) })).status).toBe(
      201,
    )
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
    const { json } = await bench.ask({ ...labels, namespace: 'shop-a' })
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
      statuses.push(
        (
          await bench.send(EVENT, {
            body: { type, reason: type, involvedObject: { kind: 'Pod', name: 'p', namespace: 'team-a' } },
          })
        ).status,
      )
    expect(statuses).toEqual([201, 201, 400, 400, 400])
  }),
} satisfies Partial<Record<keyof typeof httpStatements, Check>>
