import { expect, test } from 'vitest'
import { readKubernetesEvent } from './kubernetes-event.ts'
import { parseMediaType } from './media-type.ts'
import { LARGEST_ALERT_BYTES, readPrometheusAlert } from './prometheus-alert.ts'
import { fingerprint, resourceId, type RawSignal } from './signal.ts'

const alert = (labels: object, rest: object = {}, common: object = {}): RawSignal =>
  readPrometheusAlert(Buffer.from(JSON.stringify({ alerts: [{ labels, ...rest }], ...common })))
const event = (fields: object): RawSignal =>
  readKubernetesEvent(
    Buffer.from(
      JSON.stringify({ type: 'Warning', reason: 'R', involvedObject: { kind: 'Pod', name: 'p' }, ...fields }),
    ),
  )

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
])('the fingerprint of %s', (identity, expected) => {
  const [name = '', namespace = '', kind = '', resource = ''] = identity.split(':')
  expect(fingerprint({ name, namespace, kind, resource })).toBe(expected)
})

test('the first resource label that is present wins, even when empty', () => {
  expect(alert({ alertname: 'A', node: 'n', pod: '' }).resource).toMatchObject({ kind: 'Pod', name: '' })
  expect(alert({ alertname: 'A', service: 's', node: 'n' }).resource).toMatchObject({
    kind: 'Node',
    name: 'n',
  })
  expect(alert({ alertname: 'A' }).resource).toMatchObject({ kind: 'Unknown', name: 'unknown' })
})

test('the namespace is the label, else the exported one, else default', () => {
  expect(alert({ alertname: 'A', namespace: '', exported_namespace: 'x' }).namespace).toBe('')
  expect(alert({ alertname: 'A', exported_namespace: 'x' }).namespace).toBe('x')
  expect(alert({ alertname: 'A' }).namespace).toBe('default')
})

test('common labels are shown, but do not identify', () => {
  const common = { commonLabels: { pod: 'common', team: 't', severity: 'info' } }
  const signal = alert({ alertname: 'A', pod: 'own' }, {}, common)
  expect(signal.labels).toEqual({ alertname: 'A', pod: 'common', team: 't', severity: 'info' })
  expect(signal.resource.name).toBe('own')
  expect(signal.severity).toBe('warning')
})

test('only three severities are kept as they are', () => {
  const severities = ['critical', 'warning', 'info', 'Critical', 'page', ''].map(
    (severity) => alert({ alertname: 'A', severity }).severity,
  )
  expect(severities).toEqual(['critical', 'warning', 'info', 'warning', 'warning', 'warning'])
})

test('a body of 102400 bytes is read, one more is not', () => {
  const body = (bytes: number): Buffer => {
    const frame = JSON.stringify({ alerts: [{ labels: { alertname: 'A' }, annotations: { x: '' } }] })
    return Buffer.from(frame.replace('"x":""', `"x":"${'y'.repeat(bytes - frame.length)}"`))
  }
  expect(readPrometheusAlert(body(LARGEST_ALERT_BYTES)).name).toBe('A')
  expect(() => readPrometheusAlert(body(LARGEST_ALERT_BYTES + 1))).toThrow('102401 bytes (max 102400 bytes)')
})

test('an event is critical for its type or its reason', () => {
  expect(event({ type: 'Error' }).severity).toBe('critical')
  expect(event({ reason: 'Evicted' }).severity).toBe('critical')
  expect(event({}).severity).toBe('warning')
})

test('an event carries what it has as labels and annotations', () => {
  const signal = event({
    message: 'm',
    count: 3,
    source: { component: 'kubelet', host: 'w' },
    firstTimestamp: '2025-11-24T13:10:00Z',
    lastTimestamp: null,
  })
  expect(signal.labels).toEqual({
    'kubernaut.io/event-source': 'kubelet',
    'kubernaut.io/event-type': 'warning',
    'kubernaut.io/resource-kind': 'pod',
  })
  expect(signal.annotations).toEqual({
    'kubernaut.io/event-message': 'm',
    'kubernaut.io/event-count': '3',
    'kubernaut.io/source-host': 'w',
    'kubernaut.io/first-timestamp': '2025-11-24T13:10:00Z',
  })
  expect(resourceId(signal.resource)).toBe('Pod:p')
})

test.each([
  ['application/json', 'application/json'],
  ['APPLICATION/JSON ; Charset=utf-8', 'application/json'],
  ['application/json;', 'application/json'],
  ['application/json; a=1; a=1', 'application/json'],
  ['application/json; a="b;c"', 'application/json'],
  ['json', 'json'],
  ['application/json; a=1; a=2', undefined],
  ['application/json; charset', undefined],
  ['application/json;;', undefined],
  ['application/json, text/plain', undefined],
  ['/', undefined],
])('the media type of %s', (value, type) => {
  expect(parseMediaType(value)).toBe(type)
})
