import { expect } from 'vitest'
import { calm, stormy } from '../workbench-config.ts'
import { AS_2025, check, elsewhere, EVENT, PROMETHEUS, type Check } from './check.ts'
import type { httpStatements } from './statements-http.ts'

const HTTP = 'embedded/gateway/http.test.ts'
const JSON_TYPE = { 'content-type': 'application/json' }
const body = (labels: object, more: object = {}): object => ({ alerts: [{ labels }], ...more })

export const replyChecks = {
  'event-no-limit': elsewhere('embedded/gateway/fuzz.test.ts', "'an event of 1 MiB + 1'"),
  'event-fingerprint': check(async (bench) => {
    const involvedObject = { kind: 'Pod', namespace: 'shop-a', name: 'checkout-0' }
    const { json } = await bench.send(EVENT, {
      body: { type: 'Warning', reason: 'OOMKilled', involvedObject },
    })
    expect(json?.['fingerprint']).toBe('21148292a3234fcd489fcf4938a0fcc1ca5884154bc9d948bdc6c49adea7087c')
  }),
  'body-created': check(async (bench) => {
    const { status, json } = await bench.ask()
    expect(status).toBe(201)
    expect(Object.keys(json ?? {})).toEqual([
      'status',
      'message',
      'fingerprint',
      'duplicate',
      'remediationRequestName',
      'remediationRequestNamespace',
      'environment',
      'priority',
      'remediationPath',
    ])
    expect(json).toMatchObject({
      status: 'created',
      duplicate: false,
      environment: 'unknown',
      priority: 'P2',
      remediationPath: 'conservative',
    })
  }),
  'body-duplicate': check(async (bench) => {
    const first = await bench.ask()
    const { status, json } = await bench.ask()
    expect([status, json?.['status'], json?.['duplicate']]).toEqual([202, 'duplicate', true])
    const RemediationRequestRef = `team-a/${String(first.json?.['remediationRequestName'])}`
    expect(json?.['metadata']).toEqual({
      Fingerprint: json?.['fingerprint'],
      Count: 2,
      RemediationRequestRef,
      FirstSeen: '2025-11-24T12:00:00Z',
      LastSeen: '2025-11-24T12:00:00Z',
    })
  }),
  'body-buffered': check(
    async (bench) => {
      const { status, json } = await bench.ask()
      expect([status, Object.keys(json ?? {})]).toEqual([
        202,
        ['status', 'message', 'fingerprint', 'duplicate'],
      ])
      expect(json?.['message']).toContain('buffered')
    },
    { storm: stormy },
  ),
  'body-started': check(
    async (bench) => {
      await bench.ask()
      const { status, json } = await bench.ask({ pod: 'p-2' })
      expect(status).toBe(202)
      expect(json).toMatchObject({ status: 'accepted', isStorm: true, stormType: 'rate' })
      expect(json?.['windowID']).toMatch(/^PodCrashLooping-\d{10}$/)
      expect(json?.['message']).toMatch(/started.*1 minute/)
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'body-joined': check(
    async (bench) => {
      for (const pod of ['1', '2']) await bench.ask({ pod })
      const { status, json } = await bench.ask({ pod: '3' })
      expect([status, json?.['isStorm']]).toEqual([202, true])
      expect(json?.['message']).toMatch(/added.*3 resources/)
    },
    { storm: stormy },
  ),
  'body-format': check(async (bench) => {
    const { text, headers } = await bench.ask()
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
    expect(Object.keys(json ?? {}).sort()).toEqual([
      'detail',
      'instance',
      'request_id',
      'status',
      'title',
      'type',
    ])
    expect(json).toMatchObject({ status: 400, instance: PROMETHEUS })
  }),
  'problem-415': elsewhere(HTTP, 'another one is told what would be taken'),
  'problem-500': elsewhere('embedded/gateway/creation.test.ts', 'which failures are worth another attempt'),
  'problem-503': check(async (bench) => {
    bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
    const { status, json, headers } = await bench.until(bench.alert())
    expect([status, headers['retry-after']]).toEqual([503, '30'])
    expect(json).toMatchObject({
      type: 'https://kubernaut.io/errors/service-unavailable',
      title: 'Service Unavailable',
    })
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
  'metrics-type': check(
    async (bench) => {
      const { headers } = await bench.send('/metrics', { method: 'GET' })
      expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
      const zipped = await bench.send('/metrics', {
        method: 'GET',
        headers: { ...JSON_TYPE, 'accept-encoding': 'gzip' },
      })
      expect(zipped.headers['content-encoding']).toBe('gzip')
    },
    { storm: calm },
  ),
  'write-timeout': elsewhere(HTTP, 'a slow answer is cut off at the write timeout, its work goes on'),
} satisfies Partial<Record<keyof typeof httpStatements, Check>>
