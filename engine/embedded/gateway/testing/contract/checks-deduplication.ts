import { expect } from 'vitest'
import { valueAt } from '../../../../base/json.ts'
import { KubeError } from '../../ports.ts'
import type { Workbench } from '../workbench.ts'
import { AS_2025, check, elsewhere, type Check } from './check.ts'
import type { signalStatements } from './statements-signals.ts'

const OUTAGE = 'embedded/gateway/outage.test.ts'
const DEDUP = 'gateway:dedup'
const spec = (bench: Workbench, index = 0): unknown => bench.kube.objects[index]?.['spec']
const phase = (bench: Workbench, to: string): void => {
  const { namespace = '', name } = bench.kube.objects[0]?.metadata ?? { name: '' }
  bench.kube.setPhase({ namespace, name }, to)
}
const hash = async (bench: Workbench): Promise<unknown> => {
  const [key = ''] = await bench.keys(`${DEDUP}:fingerprint:*`)
  const flat = (await bench.redis.command('HGETALL', key)) as string[] | Record<string, string>
  if (!Array.isArray(flat)) return flat
  return Object.fromEntries(flat.flatMap((one, index) => (index % 2 === 0 ? [[one, flat[index + 1]]] : [])))
}
const listsFail = (bench: Workbench): void => {
  bench.kube.before = (call) =>
    call === 'list' ? Promise.reject(new KubeError(503, 'unavailable')) : Promise.resolve()
}

export const deduplicationChecks = {
  'lock-key': check(
    async (bench) => {
      await bench.ask()
      const [key = ''] = await bench.keys(`${DEDUP}:lock:*`)
      expect(await bench.redis.command('PTTL', key)).toBe(5000)
      await bench.until(bench.alert())
      expect(bench.clock.now()).toBeGreaterThanOrEqual(100)
    },
    { faults: AS_2025 },
  ),
  'cluster-wide-list': check(async (bench) => {
    await bench.ask()
    const labels = bench.kube.objects[0]?.metadata.labels ?? {}
    bench.kube.clear()
    await bench.kube.createRemediationRequest({
      apiVersion: 'x/v1',
      kind: 'R',
      metadata: { name: 'other', namespace: 'team-b', labels },
    })
    expect((await bench.ask()).status).toBe(201)
  }),
  'no-spec-match': check(async (bench) => {
    await bench.ask()
    const labels = bench.kube.objects[0]?.metadata.labels ?? {}
    bench.kube.clear()
    await bench.kube.createRemediationRequest({
      apiVersion: 'x/v1',
      kind: 'R',
      metadata: { name: 'by-hand', namespace: 'team-a', labels },
    })
    const { json } = await bench.ask()
    expect(json).toMatchObject({ status: 'duplicate', metadata: { RemediationRequestRef: 'team-a/by-hand' } })
  }),
  'phases-final': check(async (bench) => {
    for (const final of ['Completed', 'Failed', 'Cancelled']) {
      bench.kube.clear()
      await bench.ask()
      phase(bench, final)
      expect((await bench.ask()).status).toBe(201)
    }
  }),
  'phases-open': check(async (bench) => {
    await bench.ask()
    for (const open of ['', 'Pending', 'Processing', 'Analyzing', 'completed', 'FAILED', ' Completed']) {
      phase(bench, open)
      expect((await bench.ask()).json?.['status'], open).toBe('duplicate')
    }
  }),
  'deleting-counts': check(async (bench) => {
    await bench.ask()
    const [object] = bench.kube.objects
    if (object === undefined) throw new Error('no object')
    await bench.kube.updateRemediationRequest({
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: '2025-11-24T12:00:00Z' },
    })
    expect((await bench.ask()).json?.['status']).toBe('duplicate')
  }),
  'count-next': check(async (bench) => {
    await bench.ask()
    await bench.pass(60_000)
    await bench.ask()
    expect((await bench.ask()).json?.['metadata']).toMatchObject({
      Count: 3,
      FirstSeen: '2025-11-24T12:00:00Z',
      LastSeen: '2025-11-24T12:01:00Z',
    })
  }),
  'count-before-answer': check(async (bench) => {
    await bench.ask()
    const [before] = bench.kube.objects
    await bench.pass(3000)
    await bench.ask()
    const deduplication = {
      ...(valueAt(before, ['spec', 'deduplication']) as object),
      occurrenceCount: 2,
      lastSeen: '2025-11-24T12:00:03Z',
    }
    const [after] = bench.kube.objects
    expect(after?.['spec']).toEqual({ ...(before?.['spec'] as object), deduplication })
    expect(after?.metadata.labels).toEqual(before?.metadata.labels)
  }),
  'partial-hash-made': check(
    async (bench) => {
      await bench.ask()
      await bench.pass(6000)
      await bench.until(bench.alert())
      expect(await hash(bench)).toEqual({ count: '1', lastSeen: '2025-11-24T12:00:06Z' })
    },
    { faults: AS_2025 },
  ),
  'conflicts-retried': elsewhere(
    OUTAGE,
    'a conflict does not lose an occurrence, a missing object does no harm',
  ),
  'other-errors-given-up': check(async (bench) => {
    await bench.ask()
    bench.kube.before = (call) =>
      call === 'update' ? Promise.reject(new KubeError(500, 'boom')) : Promise.resolve()
    expect((await bench.ask()).status).toBe(202)
    expect(bench.kube.calls.filter((call) => call === 'update')).toHaveLength(1)
    expect(bench.log.map(({ msg }) => msg)).toContain('occurrence not counted')
  }),
  'concurrent-exact': check(async (bench) => {
    await bench.ask()
    await bench.until(Promise.all(Array.from({ length: 30 }, () => bench.alert())))
    expect(valueAt(spec(bench), ['deduplication', 'occurrenceCount'])).toBe(31)
  }),
  'fallback-hash': elsewhere(OUTAGE, 'while objects cannot be listed the hash decides'),
  'fallback-new': check(async (bench) => {
    listsFail(bench)
    expect((await bench.ask()).status).toBe(201)
  }),
  'fallback-nano': check(async (bench) => {
    await bench.ask()
    await bench.pass(1234)
    listsFail(bench)
    const { json } = await bench.ask()
    expect(valueAt(json, ['metadata', 'LastSeen'])).toBe('2025-11-24T12:00:01.234Z')
  }),
  'fallback-no-phase': check(async (bench) => {
    await bench.ask()
    phase(bench, 'Completed')
    listsFail(bench)
    expect((await bench.ask()).json?.['status']).toBe('duplicate')
  }),
  'fallback-error': check(async (bench) => {
    await bench.ask()
    listsFail(bench)
    bench.beforeRedis = (name) =>
      name === 'HINCRBY' ? Promise.reject(new Error('reset')) : Promise.resolve()
    expect((await bench.ask()).status).toBe(503)
  }),
  'hash-fields': check(async (bench) => {
    const { json } = await bench.ask()
    expect(await hash(bench)).toEqual({
      fingerprint: json?.['fingerprint'],
      alertName: 'PodCrashLooping',
      namespace: 'team-a',
      resource: 'p-1',
      firstSeen: '2025-11-24T12:00:00Z',
      lastSeen: '2025-11-24T12:00:00Z',
      count: '1',
      remediationRequestRef: `team-a/${String(json?.['remediationRequestName'])}`,
    })
  }),
  'hash-ttl': check(async (bench) => {
    await bench.ask()
    await bench.pass(3000)
    await bench.ask()
    const [key = ''] = await bench.keys(`${DEDUP}:fingerprint:*`)
    expect(await bench.redis.command('PTTL', key)).toBe(5000)
  }),
  'hash-failure': check(async (bench) => {
    bench.beforeRedis = (name) => (name === 'HSET' ? Promise.reject(new Error('reset')) : Promise.resolve())
    expect((await bench.ask()).status).toBe(201)
  }),
  'outage-2025': elsewhere(
    OUTAGE,
    'with redis-flag-sticky the first request of an outage creates, the next is refused',
  ),
  'outage-over': check(async (bench) => {
    await bench.ask()
    bench.beforeRedis = () => Promise.reject(new Error('connection refused'))
    expect((await bench.until(bench.alert())).status).toBe(503)
    bench.beforeRedis = () => Promise.resolve()
    await bench.redis.command('FLUSHDB')
    expect((await bench.ask()).json?.['status']).toBe('duplicate')
  }),
  'k8s-outage': check(async (bench) => {
    await bench.ask()
    bench.kube.before = () => Promise.reject(new KubeError(0, 'connection refused'))
    expect((await bench.until(bench.alert())).status).toBe(202)
    expect((await bench.until(bench.alert({ pod: 'new' }))).status).toBe(500)
  }),
} satisfies Partial<Record<keyof typeof signalStatements, Check>>
