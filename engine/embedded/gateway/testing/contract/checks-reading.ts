import { expect } from 'vitest'
import { valueAt } from '../../../../base/json.ts'
import { fingerprint } from '../../signal.ts'
import type { Workbench } from '../workbench.ts'
import { check, elsewhere, EVENT, PROMETHEUS, type Check } from './check.ts'
import type { signalStatements } from './statements-signals.ts'

const spec = (bench: Workbench, index = 0): unknown => bench.kube.objects[index]?.['spec']
const event = (reason: string, more: object = {}): object => ({
  type: 'Warning',
  reason,
  involvedObject: { kind: 'Pod', namespace: 'team-a', name: 'p' },
  ...more,
})

export const readingChecks = {
  vectors: check(() => {
    const of = (text: string): string => {
      const [name = '', namespace = '', kind = '', resource = ''] = text.split(':')
      return fingerprint({ name, namespace, kind, resource })
    }
    expect(of('HighMemoryUsage:prod-payment-service:Pod:payment-api-789')).toBe(
      '8ac6f8bc4acc94d391b44e85621242bb042d3ffb137aa5fc0d10b00316f30751',
    )
    expect(of('NodeNotReady:default:Node:worker-node-1')).toBe(
      '65e08b13b0739b146b039037ec7417a00c81af262c6936c13af2718713a2c48e',
    )
    expect(of('Foo:default:Unknown:unknown')).toBe(
      '69f1d2dbd29fc128674f75abf93435d812613625e6e723b8548df4e5b7cdcee8',
    )
    expect(of('DiskPressure::Node:worker-1')).toBe(
      '6b075608df8e6da41743ea4f537b362eee04a10d24ef195c07f6a466816fb452',
    )
    return Promise.resolve()
  }),
  'not-in-fingerprint': check(async (bench) => {
    const first = await bench.ask()
    const second = await bench.ask(
      { severity: 'info', team: 'x' },
      { annotations: {}, startsAt: '2020-01-01T00:00:00Z' },
    )
    expect(second.json?.['fingerprint']).toBe(first.json?.['fingerprint'])
    expect(second.json?.['status']).toBe('duplicate')
  }),
  'kinds-collide': check(async (bench) => {
    await bench.ask({ alertname: 'OOMKilled', pod: 'p' })
    expect((await bench.send(EVENT, { body: event('OOMKilled') })).json?.['status']).toBe('duplicate')
  }),
  'kind-order': check(async (bench) => {
    const labels = { service: 's', node: 'n', daemonset: 'd', statefulset: 'ss', deployment: 'dp', pod: 'p' }
    const seen = []
    for (const [index] of Object.keys(labels).entries()) {
      const some = Object.fromEntries(Object.entries(labels).slice(0, index + 1))
      await bench.send(PROMETHEUS, {
        body: { alerts: [{ labels: { alertname: 'A', namespace: 'team-a', ...some } }] },
      })
      seen.push(await bench.keys('alert:pattern:*').then(([key = '']) => bench.redis.command('ZCARD', key)))
    }
    await bench.send(PROMETHEUS, { body: { alerts: [{ labels: { alertname: 'A', namespace: 'team-a' } }] } })
    const [key = ''] = await bench.keys('alert:pattern:*')
    const members = ((await bench.redis.command('ZRANGE', key, 0, -1)) as string[]).sort()
    expect(seen).toEqual([1, 2, 3, 4, 5, 6])
    expect(members).toEqual(
      [
        'DaemonSet:d',
        'Deployment:dp',
        'Node:n',
        'Pod:p',
        'Service:s',
        'StatefulSet:ss',
        'Unknown:unknown',
      ].map((one) => `team-a:${one}`),
    )
  }),
  'kind-presence': check(async (bench) => {
    const { json } = await bench.ask({ pod: '', node: 'n' })
    expect(json?.['fingerprint']).toBe(
      fingerprint({ name: 'PodCrashLooping', namespace: 'team-a', kind: 'Pod', resource: '' }),
    )
  }),
  'namespace-order': check(async (bench) => {
    const of = async (labels: object): Promise<unknown> =>
      (
        await bench.send(PROMETHEUS, {
          body: { alerts: [{ labels: { alertname: 'A', pod: 'p', ...labels } }] },
        })
      ).json?.['fingerprint']
    const expected = (namespace: string): string =>
      fingerprint({ name: 'A', namespace, kind: 'Pod', resource: 'p' })
    expect(await of({ namespace: 'team-a', exported_namespace: 'team-b' })).toBe(expected('team-a'))
    expect(await of({ exported_namespace: 'team-b' })).toBe(expected('team-b'))
    expect(await of({})).toBe(expected('default'))
  }),
  'severity-words': check(async (bench) => {
    for (const [index, severity] of ['critical', 'warning', 'info', 'Critical', 'page'].entries())
      await bench.ask({ severity, pod: `p-${index}`, index: String(index) })
    const seen = Object.fromEntries(
      bench.kube.objects.map(({ spec: one }) => [
        String(valueAt(one, ['signalLabels', 'index'])),
        valueAt(one, ['severity']),
      ]),
    )
    expect(Object.values(seen)).toEqual(['critical', 'warning', 'info', 'warning', 'warning'])
  }),
  'firing-time': check(async (bench) => {
    await bench.ask({}, { startsAt: '2025-11-24T11:00:00.9Z' })
    expect(valueAt(spec(bench), ['firingTime'])).toBe('2025-11-24T11:00:00Z')
    bench.kube.clear()
    await bench.ask({}, { startsAt: '0001-01-01T00:00:00Z' })
    expect(spec(bench)).toMatchObject({
      firingTime: '2025-11-24T12:00:00Z',
      receivedTime: '2025-11-24T12:00:00Z',
    })
  }),
  'payload-kept': check(async (bench) => {
    const body = '{ "alerts": [ {"labels":{"alertname":"A","namespace":"team-a"}} ] }'
    await bench.send(PROMETHEUS, { body })
    expect(Buffer.from(String(valueAt(spec(bench), ['originalPayload'])), 'base64').toString()).toBe(body)
  }),
  'event-severity': check(async (bench) => {
    const critical = [
      'OOMKilled',
      'NodeNotReady',
      'FailedScheduling',
      'Evicted',
      'FailedMount',
      'NetworkNotReady',
    ]
    for (const reason of [...critical, 'BackOff']) await bench.send(EVENT, { body: event(reason) })
    await bench.send(EVENT, { body: event('Other', { type: 'Error' }) })
    const seen = Object.fromEntries(
      bench.kube.objects.map(({ spec: one }) => [
        String(valueAt(one, ['signalName'])),
        valueAt(one, ['severity']),
      ]),
    )
    expect(seen).toEqual({
      ...Object.fromEntries(critical.map((one) => [one, 'critical'])),
      BackOff: 'warning',
      Other: 'critical',
    })
  }),
  'event-labels': check(async (bench) => {
    await bench.send(EVENT, {
      body: event('R', {
        message: 'm',
        count: 3,
        source: { component: 'kubelet', host: 'h' },
        firstTimestamp: '2025-11-24T11:00:00Z',
        lastTimestamp: '2025-11-24T11:30:00Z',
      }),
    })
    expect(valueAt(spec(bench), ['signalLabels'])).toEqual({
      'kubernaut.io/event-source': 'kubelet',
      'kubernaut.io/event-type': 'warning',
      'kubernaut.io/resource-kind': 'pod',
    })
    expect(valueAt(spec(bench), ['signalAnnotations'])).toEqual({
      'kubernaut.io/event-message': 'm',
      'kubernaut.io/event-count': '3',
      'kubernaut.io/source-host': 'h',
      'kubernaut.io/first-timestamp': '2025-11-24T11:00:00Z',
      'kubernaut.io/last-timestamp': '2025-11-24T11:30:00Z',
    })
    expect(valueAt(spec(bench), ['firingTime'])).toBe('2025-11-24T11:00:00Z')
  }),
  'event-source': check(async (bench) => {
    await bench.send(EVENT, { body: event('R') })
    expect(spec(bench)).toMatchObject({ signalType: 'kubernetes-event', signalSource: 'kubernetes-events' })
  }),
  'resource-id': check(async (bench) => {
    await bench.send(EVENT, { body: event('R', { involvedObject: { kind: 'Node', name: 'n' } }) })
    await bench.ask()
    const members = await Promise.all(
      (await bench.keys('alert:pattern:*')).map((key) => bench.redis.command('ZRANGE', key, 0, -1)),
    )
    expect(members.flat().sort()).toEqual(['Node:n', 'team-a:Pod:p-1'])
  }),
  'label-cut': elsewhere(
    'embedded/gateway/creation.test.ts',
    'a label is cut at 63 bytes, a broken character becomes one replacement character',
  ),
  'label-fingerprint': check(async (bench) => {
    const { json } = await bench.ask()
    const whole = String(json?.['fingerprint'])
    expect(bench.kube.objects[0]?.metadata.labels?.['kubernaut.io/signal-fingerprint']).toBe(
      whole.slice(0, 63),
    )
    expect(json?.['remediationRequestName']).toMatch(new RegExp(`^rr-${whole.slice(0, 12)}-\\d{10}$`))
  }),
  'dedup-before-storm': check(async (bench) => {
    for (let time = 0; time < 3; time += 1) await bench.ask()
    const [key = ''] = await bench.keys('alert:storm:rate:*')
    expect(await bench.redis.command('GET', key)).toBe('1')
  }),
  'received-counted': check(async (bench) => {
    await bench.ask()
    await bench.ask()
    await bench.send(PROMETHEUS, { body: 'no' })
    expect(
      await bench.metric(
        'gateway_signals_received_total{environment="unknown",severity="critical",source="prometheus-alert"}',
      ),
    ).toBe(2)
  }),
} satisfies Partial<Record<keyof typeof signalStatements, Check>>
