import { expect } from 'vitest'
import { KubeError } from '../../ports.ts'
import { type Workbench } from '../workbench.ts'
import { stormy } from '../workbench-config.ts'
import { AS_2025, check, elsewhere, PROMETHEUS, type Check } from './check.ts'
import type { objectStatements } from './statements-objects.ts'

const COMMAND = 'commands/gateway.test.ts'
const CREATION = 'embedded/gateway/creation.test.ts'
const OUTAGE = 'embedded/gateway/outage.test.ts'
const CONFIG = 'embedded/gateway/config.test.ts'
const FAULTS = 'embedded/gateway/faults/faults.test.ts'
const SHOWN = 'embedded/gateway/testing/storm-probes.ts'
const OBJECTS = 'embedded/gateway/testing/object-probes.ts'
const failCreations = (bench: Workbench, status: number, where: string): void => {
  bench.kube.before = (call) =>
    call === 'create' ? Promise.reject(new KubeError(status, where)) : Promise.resolve()
}
const scrape = async (bench: Workbench): Promise<string> =>
  (await bench.send('/metrics', { method: 'GET' })).text
const DURATION = 'gateway_http_request_duration_seconds'

export const metricAndRowChecks = {
  'metric-storms-2025': check(
    async (bench) => {
      await bench.ask({ pod: '1' })
      await bench.ask({ pod: '2' })
      await bench.pass(6000)
      expect(
        await bench.metric(
          'gateway_signal_storms_detected_total{signal_name="PodCrashLooping",storm_type="rate"}',
        ),
      ).toBe(4)
      expect(await bench.metric('gateway_crds_created_total{environment="unknown",priority="P2"}')).toBe(2)
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'metric-created': check(async (bench) => {
    await bench.ask()
    expect(await bench.metric('gateway_crds_created_total{environment="unknown",priority="P2"}')).toBe(1)
  }),
  'metric-errors': check(async (bench) => {
    failCreations(bench, 403, 'forbidden')
    await bench.ask()
    expect(await bench.metric('gateway_crd_creation_errors_total{error_type="k8s_api_error"}')).toBe(1)
  }),
  'metric-retries': elsewhere(CREATION, 'a later attempt that succeeds is a success, and is counted'),
  'metric-http': check(async (bench) => {
    await bench.ask()
    const text = await scrape(bench)
    const labels = `endpoint="${PROMETHEUS}",method="POST",status="201"`
    const bounds = [...text.matchAll(new RegExp(`${DURATION}_bucket\\{${labels},le="([^"]+)"`, 'g'))].map(
      ([, le]) => le,
    )
    expect(bounds).toEqual([
      '0.001',
      '0.002',
      '0.004',
      '0.008',
      '0.016',
      '0.032',
      '0.064',
      '0.128',
      '0.256',
      '0.512',
      '+Inf',
    ])
  }),
  'metric-redis': check(async (bench) => {
    await bench.ask()
    const operations = new Set(
      [...(await scrape(bench)).matchAll(/operation_duration_seconds_count\{operation="(\w+)"/g)].map(
        ([, one]) => one,
      ),
    )
    expect([...operations].sort()).toEqual([
      'deduplication_check',
      'deduplication_store',
      'storm_detection',
      'storm_detection_pattern',
      'storm_detection_rate',
    ])
  }),
  'metric-available': elsewhere(
    OUTAGE,
    'after an outage of Redis signals are taken again and its length is counted',
  ),
  'metric-buffer': check(
    async (bench) => {
      await bench.ask()
      expect(await bench.metric('gateway_namespace_buffer_utilization{namespace="team-a"}')).toBe(0.001)
    },
    { storm: stormy },
  ),
  'metric-savings': check(
    async (bench) => {
      for (const pod of ['1', '2', '3', '4']) await bench.ask({ pod })
      await bench.pass(5000)
      expect(await bench.metric('gateway_storm_cost_savings_percent')).toBe(75)
    },
    { storm: stormy },
  ),
  'metrics-stuck-2025': check(
    async (bench) => {
      await bench.ask()
      await bench.ask()
      const text = await scrape(bench)
      for (const stuck of [
        'deduplication_rate',
        'deduplication_pool_size',
        'http_requests_in_flight',
        'redis_pool_hits_total',
        'duplicate_crds_prevented_total',
        'storm_protection_active',
      ])
        expect(text).toMatch(new RegExp(`^gateway_${stuck} 0$`, 'm'))
      for (const hidden of [
        'http_requests_total',
        'signals_received_by_adapter_total',
        'signals_processed_total',
        'crds_created_by_type_total',
      ])
        expect(text).not.toMatch(new RegExp(`^gateway_${hidden}\\{`, 'm'))
    },
    { faults: AS_2025 },
  ),
  durations: elsewhere(CONFIG, "test.each([5, '5', 3_000_000_000, 'soon'])"),
  'unknown-keys': elsewhere('embedded/gateway/recordings.test.ts', '%s replays with the preset'),
  defaults: elsewhere(CONFIG, 'what is left out has its default, and thresholds mean always'),
  precedence: elsewhere(
    COMMAND,
    'a flag wins over the environment, that over the file; a flag at its default does not count',
  ),
  refusals: elsewhere(CONFIG, 'negative numbers, but not a negative buffer threshold'),
  'panic-2': elsewhere(COMMAND, 'an override of Redis without its section: 2'),
  'row-preset': elsewhere(FAULTS, 'the preset is the table of the contract'),
  'row-faults': elsewhere(FAULTS, "'%s: not so that %s'"),
  'row-recordings': elsewhere('embedded/gateway/recordings.test.ts', '%s differs by %j, and by nothing else'),
  'row-window': elsewhere(SHOWN, "'one storm is one object with all its members'"),
  'row-lone': elsewhere(
    'embedded/gateway/reference-gateway.test.ts',
    'a lone alert gets an object of its own when its buffer expires',
  ),
  'row-maximum': elsewhere(SHOWN, "'a window ends at its maximum'"),
  'row-keys': check(
    async (bench) => {
      await bench.ask({ pod: '1' })
      await bench.ask({ pod: '2' })
      expect(await bench.keys('alert:storm:*:team-a:PodCrashLooping')).toEqual([
        'alert:storm:aggregate:team-a:PodCrashLooping',
        'alert:storm:rate:team-a:PodCrashLooping',
      ])
    },
    { storm: stormy },
  ),
  'row-atomic': elsewhere(
    'embedded/gateway/storm-concurrency.test.ts',
    'a thousand times, fifteen simultaneous first alerts are one object with all of them',
  ),
  'row-names': elsewhere(CREATION, 'a second object within one second has a name of its own'),
  'row-fallback': elsewhere(OBJECTS, "'repeats in a missing namespace are duplicates'"),
  'row-empty': elsewhere(OBJECTS, "'no namespace means the fallback'"),
  'row-lock': check(async (bench) => {
    await bench.ask()
    expect(await bench.keys('gateway:dedup:lock:*')).toEqual([])
    bench.kube.before = (call) => bench.clock.sleep(call === 'create' ? 2000 : 0)
    const answers = await bench.until(Promise.all([bench.alert({ pod: 'x' }), bench.alert({ pod: 'x' })]))
    expect(answers.map(({ status }) => status)).toEqual([201, 202])
  }),
  'row-takeover': elsewhere(
    'embedded/gateway/killed.test.ts',
    'a window whose gateway was killed before its object was made gets it from the next one',
  ),
  'row-members': elsewhere(SHOWN, "'members are duplicates of the storm object'"),
  'row-first': elsewhere(SHOWN, "'a storm object carries the first alert'"),
  'row-outage': elsewhere(OUTAGE, 'a Redis that hangs is a 503 within 3 s'),
  'row-counters': elsewhere(OBJECTS, "'a counter always expires'"),
  'row-metrics': elsewhere(SHOWN, "'one event is counted once'"),
  'row-ids': elsewhere(
    'embedded/gateway/http.test.ts',
    'one is made where none is given, and stands in header, body and log',
  ),
  'row-limit': check(
    async (bench) => {
      const headers = { 'x-forwarded-for': '10.0.0.9, 10.0.0.1' }
      const body = { alerts: [{ labels: { alertname: 'A', namespace: 'team-a' } }] }
      for (let time = 0; time < 3; time += 1) await bench.send(PROMETHEUS, { headers, body })
      const { status, headers: answered, json } = await bench.send(PROMETHEUS, { headers, body })
      expect([status, answered['retry-after'], json?.['status']]).toEqual([429, '60', 429])
      expect(await bench.keys('ratelimit:*')).toEqual(['ratelimit:10.0.0.9'])
      expect((await bench.send(PROMETHEUS, { body })).status).toBe(202)
      await bench.pass(60_000)
      expect((await bench.send(PROMETHEUS, { headers, body })).status).toBe(202)
      const only = (name: string): Promise<void> =>
        name === 'EVAL' ? Promise.reject(new Error('reset')) : Promise.resolve()
      bench.beforeRedis = only
      expect((await bench.send(PROMETHEUS, { headers, body })).status).toBe(202)
    },
    { rateLimit: { requests_per_minute: 2, burst: 1 } },
  ),
} satisfies Partial<Record<keyof typeof objectStatements, Check>>
