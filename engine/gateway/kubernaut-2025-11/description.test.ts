import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Json, JsonObject } from '../../base/json.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { LedgerEntry } from '../description.ts'
import { builtInDescription, descriptions } from '../index.ts'
import { fingerprint, identify } from './identity.ts'
import { kubernaut } from './index.ts'

const WALL = Date.UTC(2025, 10, 24, 13, 13, 20, 987)

function built(signal: string, input: JsonObject, preset?: string) {
  const request = kubernaut.signals[signal]?.build(input, {
    wall: WALL,
    ...(preset === undefined ? {} : { preset }),
  })
  if (request === undefined) throw new Error(`no signal ${signal}`)
  return { ...request, json: JSON.parse(request.body) as JsonObject }
}

test('the built-in description is found by its name', () => {
  expect(descriptions[kubernaut.name]).toBe(builtInDescription)
})

describe('an alert', () => {
  const input = { name: 'CheckoutLatencyHigh', severity: 'critical', namespace: 'shop-a', pod: 'checkout-0' }
  const labels = {
    alertname: 'CheckoutLatencyHigh',
    severity: 'critical',
    namespace: 'shop-a',
    pod: 'checkout-0',
  }

  test('is a webhook with one alert that holds what was given, and no more', () => {
    const { path, headers, json } = built('alert', input)
    expect(path).toBe('/api/v1/signals/prometheus')
    expect(headers).toEqual({ 'content-type': 'application/json' })
    expect(json).toEqual({ alerts: [{ status: 'firing', labels, annotations: {} }] })
  })

  test('has a time in whole seconds where the preset asks for one', () => {
    expect(built('alert', input, 'timestamped').json).toMatchObject({
      alerts: [{ startsAt: '2025-11-24T13:13:20Z' }],
    })
    const given = { ...input, startsAt: '2020-01-01T00:00:00Z' }
    expect(built('alert', given).json).toMatchObject({ alerts: [{ startsAt: '2020-01-01T00:00:00Z' }] })
  })

  test('is a whole webhook of version 4 where the preset asks for it', () => {
    const annotations = { summary: 'p99 above 2s' }
    expect(built('alert', { ...input, annotations, status: 'resolved' }, 'full').json).toEqual({
      version: '4',
      receiver: 'kubernaut',
      status: 'resolved',
      groupLabels: { alertname: 'CheckoutLatencyHigh' },
      commonLabels: labels,
      commonAnnotations: annotations,
      alerts: [
        {
          status: 'resolved',
          labels,
          annotations,
          startsAt: '2025-11-24T13:13:20Z',
          endsAt: '0001-01-01T00:00:00Z',
        },
      ],
    })
  })

  test('carries further labels, which win', () => {
    const { json } = built('alert', { name: 'A', node: 'n1', labels: { team: 'x', node: 'n2' } })
    expect(json).toMatchObject({ alerts: [{ labels: { alertname: 'A', node: 'n2', team: 'x' } }] })
  })
})

describe('an event', () => {
  const input = { reason: 'OOMKilled', namespace: 'shop-a', name: 'checkout-0' }

  test('is about a pod and a warning, unless it says otherwise', () => {
    const { path, json } = built('event', input)
    expect(path).toBe('/api/v1/signals/kubernetes-event')
    expect(json).toEqual({
      reason: 'OOMKilled',
      type: 'Warning',
      involvedObject: { kind: 'Pod', name: 'checkout-0', namespace: 'shop-a' },
    })
    const all = { ...input, type: 'Normal', kind: 'Node', message: 'm', count: 3, component: 'kubelet' }
    expect(built('event', all).json).toMatchObject({
      type: 'Normal',
      involvedObject: { kind: 'Node' },
      message: 'm',
      count: 3,
      source: { component: 'kubelet' },
    })
  })

  test('has times where the preset asks for them, and no namespace where none is given', () => {
    const { json } = built('event', { reason: 'DiskPressure', kind: 'Node', name: 'w1' }, 'full')
    expect(json).toMatchObject({
      firstTimestamp: '2025-11-24T13:13:20Z',
      lastTimestamp: '2025-11-24T13:13:20Z',
    })
    expect(json['involvedObject']).toEqual({ kind: 'Node', name: 'w1' })
  })
})

describe('the identity of a signal', () => {
  test.each([
    [
      'HighMemoryUsage:prod-payment-service:Pod:payment-api-789',
      '8ac6f8bc4acc94d391b44e85621242bb042d3ffb137aa5fc0d10b00316f30751',
    ],
    [
      'NodeNotReady:default:Node:worker-node-1',
      '65e08b13b0739b146b039037ec7417a00c81af262c6936c13af2718713a2c48e',
    ],
    ['Foo:default:Unknown:unknown', '69f1d2dbd29fc128674f75abf93435d812613625e6e723b8548df4e5b7cdcee8'],
    ['DiskPressure::Node:worker-1', '6b075608df8e6da41743ea4f537b362eee04a10d24ef195c07f6a466816fb452'],
    [
      'CheckoutLatencyHigh:shop-a:Pod:checkout-0',
      'dbae0ed74b644b5dba80577cb9e0c4db239866d84796c3b3564e6eadc1704ec7',
    ],
    ['OOMKilled:shop-a:Pod:checkout-0', '21148292a3234fcd489fcf4938a0fcc1ca5884154bc9d948bdc6c49adea7087c'],
  ])('%s has the documented fingerprint', (text, expected) => {
    const [name = '', namespace = '', kind = '', resource = ''] = text.split(':')
    expect(fingerprint(name, namespace, kind, resource)).toBe(expected)
    const called = kubernaut.functions.find((one) => one.name === 'fingerprint')
    expect(called?.run(name, namespace, kind, resource)).toBe(expected)
  })

  const identityOf = (body: unknown, signal = 'prometheus') =>
    identify({
      path: `/api/v1/signals/${signal}`,
      headers: {},
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const alerting = (labels: JsonObject) =>
    identityOf({ alerts: [{ labels }, { labels: { alertname: 'second' } }] })

  test('of an alert comes from the labels of the first, by presence and precedence', () => {
    expect(alerting({ alertname: 'A', namespace: 'n', service: 's', deployment: 'd' })).toEqual({
      name: 'A',
      namespace: 'n',
      kind: 'Deployment',
      resource: 'd',
    })
    expect(alerting({ alertname: 'A', pod: '', node: 'n1' })).toMatchObject({ kind: 'Pod', resource: '' })
    expect(alerting({ alertname: 'A', exported_namespace: 'e' })).toEqual({
      name: 'A',
      namespace: 'e',
      kind: 'Unknown',
      resource: 'unknown',
    })
    expect(alerting({ alertname: 'A' })).toMatchObject({ namespace: 'default' })
    expect(alerting({ alertname: 'A', namespace: '', exported_namespace: 'e' })).toMatchObject({
      namespace: '',
    })
  })

  test('of an event comes from what it is about', () => {
    const about = { kind: 'Node', name: 'w1' }
    expect(identityOf({ reason: 'R', involvedObject: about }, 'kubernetes-event')).toEqual({
      name: 'R',
      namespace: '',
      kind: 'Node',
      resource: 'w1',
    })
  })

  test.each([
    '',
    '{',
    '[]',
    '{}',
    '{"alerts":[]}',
    '{"alerts":[{"labels":{}}]}',
    '{"alerts":[{"labels":{"alertname":""}}]}',
  ])('there is none in %j', (body) => {
    expect(identityOf(body)).toBeUndefined()
  })
})

describe('keys', () => {
  const byAlert = { namespace: 'ns', alert: 'A' }
  const byFingerprint = { fingerprint: 'f1' }

  test.each([
    ['window', byAlert, 'alert:storm:aggregate:ns:A', 'alert:storm:aggregate:A'],
    ['rate', byAlert, 'alert:storm:rate:ns:A', 'alert:storm:rate:A'],
    ['pattern', byAlert, 'alert:pattern:ns:A', 'alert:pattern:A'],
    ['buffer', byAlert, 'alert:buffer:ns:A', 'alert:buffer:ns:A'],
    ['dedup', byFingerprint, 'gateway:dedup:fingerprint:f1', 'gateway:dedup:fingerprint:f1'],
    ['lock', byFingerprint, 'gateway:dedup:lock:f1', 'gateway:dedup:lock:f1'],
  ])('%s has its name, and the one of the program of that day', (name, input, documented, real) => {
    expect(kubernaut.keys[name]?.key(input, 'documented')).toBe(documented)
    expect(kubernaut.keys[name]?.key(input, 'kubernaut-2025-11-24')).toBe(real)
  })
})

describe('settings', () => {
  const place = { namespace: 'gwscen-storm', url: 'http://127.0.0.1:1', version: 'documented' }
  const read = (configuration: unknown) => kubernaut.settings.read(configuration, place)

  test('have the defaults of the gateway', () => {
    expect(read({})).toEqual({
      window: '60s',
      maxWindow: '5m',
      bufferThreshold: 5,
      rateThreshold: 0,
      patternThreshold: 0,
      dedupTtl: '5m',
      rateMemory: '60s',
      patternMemory: '120s',
      requestsPerMinute: 0,
      burst: 0,
      fallbackNamespace: 'gwscen-storm',
      ...place,
    })
    expect(read(undefined)).toEqual(read({}))
    expect(read({ processing: { storm: { buffer_threshold: 0, inactivity_timeout: '' } } })).toEqual(read({}))
  })

  test('are the fields that expressions know, and no others', () => {
    expect(Object.keys(read({})).sort()).toEqual(Object.keys(kubernaut.settings.fields).sort())
  })

  const folder = new URL('../../../kind/profiles/', import.meta.url)
  const profile = (name: string): unknown => parse(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'))

  test.each([
    [
      'dedup',
      { window: '2s', maxWindow: '12s', rateThreshold: 30, patternThreshold: 100, dedupTtl: '2s', burst: 0 },
    ],
    ['limited', { window: '2s', requestsPerMinute: 20, burst: 5 }],
    ['seed', { window: '5s', maxWindow: '30s', dedupTtl: '5s', requestsPerMinute: 100, burst: 10 }],
    ['storm', { window: '2s', maxWindow: '12s', rateThreshold: 0, bufferThreshold: 2 }],
  ])('of the profile %s', (name, expected) => {
    expect(read(profile(name))).toMatchObject(expected)
  })

  test('may name a fallback namespace', () => {
    expect(read({ processing: { crd: { fallback_namespace: 'lost' } } })).toMatchObject({
      fallbackNamespace: 'lost',
    })
  })

  test('every shipped profile can be read', () => {
    const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
    for (const file of names) expect(read(profile(file.replace('.yaml', '')))['window']).toMatch(/^\d+s$/)
    expect(names.length).toBeGreaterThan(0)
  })
})

describe('the ledger', () => {
  const FINGERPRINT = fingerprint('A', 'ns', 'Pod', 'p1')

  function entry(
    status: number,
    body: Json,
    request = built('alert', { name: 'A', namespace: 'ns', pod: 'p1' }),
  ): LedgerEntry {
    return { request, status, body, wall: WALL }
  }

  const read = (status: number, body: Json) => kubernaut.ledger.read(entry(status, body))

  test('reads each form of a reply', () => {
    const created = { status: 'created', remediationRequestName: 'rr-1', remediationRequestNamespace: 'ns' }
    expect(read(201, created)).toEqual({ is: 'created', namespace: 'ns', name: 'rr-1' })
    const metadata = { Count: 2, RemediationRequestRef: 'ns/rr-1' }
    expect(read(202, { status: 'duplicate', duplicate: true, metadata })).toEqual({
      is: 'duplicate',
      namespace: 'ns',
      name: 'rr-1',
    })
    expect(read(202, { status: 'accepted', duplicate: false })).toEqual({ is: 'pending' })
    const joined = { status: 'accepted', isStorm: true, windowID: 'A-1' }
    expect(read(202, joined)).toEqual({ is: 'pending', window: 'A-1' })
    for (const status of [400, 415, 429, 500, 503]) expect(read(status, {})).toEqual({ is: 'refused' })
    expect(read(202, 'accepted')).toEqual({ is: 'unparsable' })
    expect(read(200, {})).toEqual({ is: 'unparsable' })
  })

  test('takes an accepted body that nobody can read for wrong', () => {
    const { request, ...rest } = entry(202, { status: 'accepted' })
    expect(kubernaut.ledger.read({ ...rest, request: { ...request, body: 'no json' } })).toEqual({
      is: 'unparsable',
    })
  })

  function object(namespace: string, spec: JsonObject, labels: Record<string, string> = {}): KubeObject {
    return { apiVersion: 'v1', kind: 'RemediationRequest', metadata: { name: 'rr', namespace, labels }, spec }
  }

  test.each([
    [
      'a storm that lists its resource',
      object('ns', { signalName: 'A', affectedResources: ['ns:Pod:p1', 'ns:Pod:p2'] }),
      true,
    ],
    ['a storm of others', object('ns', { signalName: 'A', affectedResources: ['ns:Pod:p2'] }), false],
    ['a storm of another alert', object('ns', { signalName: 'B', affectedResources: ['ns:Pod:p1'] }), false],
    ['an object of its own', object('ns', { signalName: 'A', signalFingerprint: FINGERPRINT }), true],
    ['an object of another', object('ns', { signalName: 'A', signalFingerprint: 'f' }), false],
    ['one in another namespace', object('else', { signalName: 'A', signalFingerprint: FINGERPRINT }), false],
    [
      'one in the fallback namespace',
      object(
        'else',
        { signalName: 'A', signalFingerprint: FINGERPRINT },
        { 'kubernaut.io/origin-namespace': 'ns' },
      ),
      true,
    ],
  ])('%s', (_, made, accounts) => {
    expect(kubernaut.ledger.accounts(made, entry(202, { status: 'accepted' }))).toBe(accounts)
  })

  const keysOf = (status: number, body: Json) => kubernaut.ledger.keysOf(entry(status, body), 'documented')
  const always = [`gateway:dedup:lock:${FINGERPRINT}`, 'alert:storm:rate:ns:A', 'alert:pattern:ns:A']

  test('knows the keys that a reply speaks of', () => {
    expect(keysOf(202, { status: 'accepted' })).toEqual([...always, 'alert:buffer:ns:A'])
    expect(keysOf(202, { status: 'accepted', windowID: 'A-1' })).toEqual([
      ...always,
      'alert:storm:aggregate:ns:A',
      'alert:storm:resources:A-1',
      'alert:storm:metadata:A-1',
    ])
    const created = { status: 'created', remediationRequestName: 'r', remediationRequestNamespace: 'ns' }
    expect(keysOf(201, created)).toEqual([...always, `gateway:dedup:fingerprint:${FINGERPRINT}`])
    expect(keysOf(400, {})).toEqual([])
  })

  test.each([
    [{ 'X-Forwarded-For': '10.0.0.1, 10.0.0.2' }, ['ratelimit:10.0.0.1']],
    [{ 'x-forwarded-for': '10.0.0.1', 'X-Forwarded-For': '10.0.0.3' }, ['ratelimit:10.0.0.3']],
    [{ 'x-forwarded-for': ' ', 'x-real-ip': '10.0.0.4' }, ['ratelimit:10.0.0.4']],
    [{}, []],
  ])('knows what is kept of a sender: %j', (headers, known) => {
    expect(kubernaut.ledger.senderKeys({ path: '/', headers, body: '' })).toEqual(known)
  })

  test('waits two windows at most', () => {
    expect(kubernaut.ledger.longestPendingMs({ window: '2s' })).toBe(4000)
  })

  test('calls a signal by its name and its resource', () => {
    expect(kubernaut.ledger.title(entry(202, {}))).toBe('A of ns:Pod:p1')
    const node = built('event', { reason: 'R', kind: 'Node', name: 'w1' })
    expect(kubernaut.ledger.title(entry(202, {}, node))).toBe('R of Node:w1')
    const broken = { path: '/api/v1/signals/prometheus', headers: {}, body: 'x', json: {} }
    expect(kubernaut.ledger.title(entry(202, {}, broken))).toBe('POST /api/v1/signals/prometheus')
  })

  test('is kept for the paths of signals', () => {
    expect(kubernaut.isSignalPath('/api/v1/signals/prometheus')).toBe(true)
    expect(kubernaut.isSignalPath('/api/v1/signals/kubernetes-event')).toBe(true)
    expect(kubernaut.isSignalPath('/health')).toBe(false)
  })
})
