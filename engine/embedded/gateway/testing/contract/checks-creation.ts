import { expect } from 'vitest'
import { valueAt } from '../../../../base/json.ts'
import { KubeError } from '../../ports.ts'
import { type Workbench } from '../workbench.ts'
import { stormy } from '../workbench-config.ts'
import { AS_2025, check, elsewhere, PROMETHEUS, type Check } from './check.ts'
import type { objectStatements } from './statements-objects.ts'

const CREATION = 'embedded/gateway/creation.test.ts'
const first = (bench: Workbench): unknown => bench.kube.objects[0]
const failCreations = (bench: Workbench, status: number, where: string): void => {
  bench.kube.before = (call) =>
    call === 'create' ? Promise.reject(new KubeError(status, where)) : Promise.resolve()
}
const scrape = async (bench: Workbench): Promise<string> =>
  (await bench.send('/metrics', { method: 'GET' })).text

export const creationChecks = {
  'spec-fields': check(async (bench) => {
    const { json } = await bench.ask({}, { startsAt: '2025-11-24T11:59:00Z' })
    const { providerData, originalPayload, ...rest } = valueAt(first(bench), ['spec']) as Record<
      string,
      unknown
    >
    expect([typeof providerData, typeof originalPayload]).toEqual(['string', 'string'])
    const now = '2025-11-24T12:00:00Z'
    expect(rest).toEqual({
      signalFingerprint: json?.['fingerprint'],
      signalName: 'PodCrashLooping',
      severity: 'critical',
      environment: 'unknown',
      priority: 'P2',
      signalType: 'prometheus-alert',
      signalSource: 'prometheus',
      targetType: 'kubernetes',
      firingTime: '2025-11-24T11:59:00Z',
      receivedTime: now,
      deduplication: { firstSeen: now, lastSeen: now, isDuplicate: false, occurrenceCount: 1 },
      signalLabels: { alertname: 'PodCrashLooping', severity: 'critical', namespace: 'team-a', pod: 'p-1' },
      signalAnnotations: { summary: 's' },
    })
  }),
  'provider-data': check(async (bench) => {
    await bench.send(PROMETHEUS, {
      body: { alerts: [{ labels: { alertname: 'A', namespace: 'team-a', pod: 'p' } }] },
    })
    const text = Buffer.from(String(valueAt(first(bench), ['spec', 'providerData'])), 'base64').toString()
    expect(text).toBe(
      '{"labels":{"alertname":"A","namespace":"team-a","pod":"p"},"namespace":"team-a","resource":{"kind":"Pod","name":"p","namespace":"team-a"}}',
    )
  }),
  'empty-maps': check(async (bench) => {
    await bench.ask({}, { annotations: {} })
    expect(valueAt(first(bench), ['spec'])).not.toHaveProperty('signalAnnotations')
    expect(valueAt(first(bench), ['spec'])).not.toHaveProperty('isStorm')
  }),
  'schema-fits': elsewhere(
    'embedded/gateway/standalone/load.test.ts',
    'five hundred alerts on a real Redis: all are taken, none is lost',
  ),
  'object-name': check(async (bench) => {
    const { json } = await bench.ask()
    expect(json?.['remediationRequestName']).toBe(
      `rr-${String(json?.['fingerprint']).slice(0, 12)}-1763985600`,
    )
  }),
  'object-labels': check(async (bench) => {
    const { json } = await bench.ask()
    const { labels, annotations } = bench.kube.objects[0]?.metadata ?? {}
    expect(labels).toEqual({
      'app.kubernetes.io/managed-by': 'gateway-service',
      'app.kubernetes.io/component': 'remediation',
      'kubernaut.io/signal-type': 'prometheus-alert',
      'kubernaut.io/signal-fingerprint': String(json?.['fingerprint']).slice(0, 63),
      'kubernaut.io/severity': 'critical',
      'kubernaut.io/environment': 'unknown',
      'kubernaut.io/priority': 'P2',
    })
    expect(annotations).toEqual({ 'kubernaut.io/created-at': '2025-11-24T12:00:00Z' })
    expect(Object.keys(bench.kube.objects[0]?.metadata ?? {}).sort()).toEqual([
      'annotations',
      'labels',
      'name',
      'namespace',
      'resourceVersion',
    ])
  }),
  'storm-label': check(
    async (bench) => {
      await bench.ask({ pod: '1' })
      await bench.ask({ pod: '2' })
      await bench.pass(5000)
      expect(valueAt(first(bench), ['metadata', 'labels', 'kubernaut.io/storm'])).toBe('true')
    },
    { storm: stormy },
  ),
  'fallback-object': elsewhere(
    CREATION,
    'an object for a missing namespace is made in the fallback, marked with its origin',
  ),
  'fallback-order': check(
    async (bench) => {
      bench.kube.namespaces.set('kubernaut-system', {})
      expect((await bench.ask({ namespace: 'nowhere' })).json?.['remediationRequestNamespace']).toBe(
        'kubernaut-system',
      )
    },
    { podNamespace: '' },
  ),
  'fallback-fails': check(async (bench) => {
    failCreations(bench, 404, 'namespaces "x" not found')
    const { status, json } = await bench.ask()
    expect([status, json?.['type']]).toEqual([500, 'https://kubernaut.io/errors/internal-error'])
    expect(await bench.metric('gateway_crd_creation_errors_total{error_type="fallback_failed"}')).toBe(1)
  }),
  'reuse-2025': check(
    async (bench) => {
      const one = await bench.ask()
      bench.kube.setPhase(
        { namespace: 'team-a', name: String(one.json?.['remediationRequestName']) },
        'Completed',
      )
      const two = await bench.until(bench.alert())
      expect([two.status, two.json?.['remediationRequestName']]).toEqual([
        201,
        one.json?.['remediationRequestName'],
      ])
      expect(bench.kube.objects).toHaveLength(1)
    },
    { faults: AS_2025 },
  ),
  'fallback-taken-2025': check(
    async (bench) => {
      await bench.ask({ namespace: 'nowhere' })
      expect((await bench.until(bench.alert({ namespace: 'nowhere' }))).status).toBe(500)
    },
    { faults: AS_2025 },
  ),
  'retry-table': elsewhere(CREATION, 'which failures are worth another attempt'),
  'retry-backoff': check(async (bench) => {
    failCreations(bench, 503, 'away')
    await bench.until(bench.alert())
    expect(bench.kube.calls.filter((call) => call === 'create')).toHaveLength(3)
    expect(bench.clock.now()).toBeGreaterThanOrEqual(300)
    expect(bench.clock.now()).toBeLessThan(400)
  }),
  'retry-exhausted': elsewhere(CREATION, 'attempts used up are told in the answer and counted'),
  'calls-new': check(
    async (bench) => {
      await bench.ask()
      expect(bench.kube.calls).toEqual(['list', 'namespace', 'configmap', 'create'])
      bench.kube.calls.length = 0
      await bench.ask({ pod: 'p-2' })
      expect(bench.kube.calls).toEqual(['list', 'create'])
    },
    { faults: AS_2025 },
  ),
  'calls-duplicate': check(async (bench) => {
    await bench.ask()
    bench.kube.calls.length = 0
    await bench.ask()
    expect(bench.kube.calls).toEqual(['list', 'get', 'update'])
  }),
  'keys-2025': check(
    async (bench) => {
      await bench.ask({ pod: '1' })
      expect((await bench.keys()).map((key) => key.replace(/[a-f\d]{64}$/, '<fp>'))).toEqual([
        'alert:buffer:team-a:PodCrashLooping',
        'alert:storm:rate:PodCrashLooping',
        'gateway:dedup:lock:<fp>',
      ])
      await bench.ask({ pod: '2' })
      const id = 'PodCrashLooping-1763985600'
      expect((await bench.keys('alert:*')).sort()).toEqual([
        'alert:storm:aggregate:PodCrashLooping',
        `alert:storm:metadata:${id}`,
        'alert:storm:rate:PodCrashLooping',
        `alert:storm:resources:${id}`,
      ])
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'keys-types': elsewhere('embedded/gateway/recordings.test.ts', '%s replays with the preset'),
  'metrics-at-start': check(async (bench) => {
    const text = await scrape(bench)
    expect(text).toMatch(/^gateway_deduplication_cache_hits_total 0$/m)
    expect(text).toMatch(/^gateway_redis_available 0$/m)
    expect(text).not.toContain('\ngateway_signals_received_total{')
  }),
  'metric-received': check(async (bench) => {
    await bench.ask({ severity: 'info' })
    expect(
      await bench.metric(
        'gateway_signals_received_total{environment="unknown",severity="info",source="prometheus-alert"}',
      ),
    ).toBe(1)
  }),
  'metric-deduplicated': check(async (bench) => {
    for (let time = 0; time < 3; time += 1) await bench.ask()
    expect(
      await bench.metric(
        'gateway_signals_deduplicated_total{environment="unknown",signal_name="PodCrashLooping"}',
      ),
    ).toBe(2)
    expect(await bench.metric('gateway_deduplication_cache_hits_total')).toBe(2)
    expect(await bench.metric('gateway_deduplication_cache_misses_total')).toBe(1)
  }),
} satisfies Partial<Record<keyof typeof objectStatements, Check>>
