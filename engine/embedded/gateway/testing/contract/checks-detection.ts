import { expect } from 'vitest'
import { type Workbench } from '../workbench.ts'
import { calm, stormy } from '../workbench-config.ts'
import { AS_2025, check, elsewhere, type Check } from './check.ts'
import type { stormStatements } from './statements-storm.ts'

const OUTAGE = 'embedded/gateway/outage.test.ts'
const specs = (bench: Workbench): unknown[] => bench.kube.objects.map(({ spec }) => spec)
const ttl = async (bench: Workbench, pattern: string): Promise<unknown> => {
  const [key = ''] = await bench.keys(pattern)
  return bench.redis.command('PTTL', key)
}
const pods = async (bench: Workbench, ...names: string[]): Promise<void> => {
  for (const pod of names) await bench.until(bench.alert({ pod }))
}
const statuses = async (bench: Workbench, count: number, same = false): Promise<string> => {
  const seen = []
  for (let index = 0; index < count; index += 1) {
    const pod = same ? 'p-1' : `p-${index}`
    seen.push((await bench.until(bench.alert({ pod, index: String(index) }))).status)
    if (same) bench.kube.clear()
  }
  return seen.join(' ')
}
const rate = (rate_threshold: number): object => ({ rate_threshold, pattern_threshold: 100 })
const pattern = (pattern_threshold: number): object => ({ rate_threshold: 100, pattern_threshold })

export const detectionChecks = {
  'rate-above': check(async (bench) => expect(await statuses(bench, 4)).toBe('201 201 201 202'), {
    storm: { ...rate(3) },
  }),
  'rate-fixed': check(
    async (bench) => {
      await pods(bench, '1')
      await bench.pass(59_000)
      await pods(bench, '2')
      await bench.pass(1000)
      expect((await bench.ask({ pod: '3' })).status).toBe(201)
    },
    { storm: { ...rate(2) } },
  ),
  'pattern-above': check(
    async (bench) => {
      expect(await statuses(bench, 3)).toBe('201 201 202')
      await bench.pass(130_000)
      bench.kube.clear()
      expect(await statuses(bench, 5, true)).toBe('201 201 201 201 201')
    },
    { storm: { ...pattern(2) } },
  ),
  'pattern-slides': check(
    async (bench) => {
      await pods(bench, '1')
      await bench.pass(110_000)
      await pods(bench, '2')
      await bench.pass(11_000)
      expect((await bench.ask({ pod: '3' })).status).toBe(201)
    },
    { storm: { ...pattern(2) } },
  ),
  'rate-first': check(
    async (bench) => {
      await pods(bench, '1', '2', '3')
      expect(await bench.keys('alert:pattern:*')).toEqual([])
    },
    { storm: stormy },
  ),
  'zero-always': check(async (bench) => expect(await statuses(bench, 3)).toBe('202 202 202'), {
    storm: stormy,
  }),
  'detector-fails-open': check(
    async (bench) => {
      const broken = ['EVAL', 'INCR', 'ZADD']
      let evals = 0
      bench.beforeRedis = (name) => {
        // The lock is released by a script as well.
        evals += Number(name === 'EVAL')
        return broken.includes(name) && evals === 1 ? Promise.reject(new Error('reset')) : Promise.resolve()
      }
      expect((await bench.until(bench.alert())).status).toBe(201)
    },
    { storm: { ...calm, rate_threshold: 0 } },
  ),
  'threshold-opens': check(
    async (bench) => {
      await pods(bench, '1', '2')
      expect((await bench.ask({ pod: '3' })).json).toMatchObject({ isStorm: true })
    },
    { storm: { ...stormy, buffer_threshold: 3 } },
  ),
  'full-buffers': elsewhere(OUTAGE, 'full buffers turn alerts into objects of their own'),
  sampling: check(
    async (bench) => {
      const nearly = Array.from({ length: 960 }, (_, index) => `x-${index}`)
      await bench.redis.command('RPUSH', 'alert:buffer:team-a:Other', ...nearly)
      for (let index = 0; index < 20; index += 1) {
        const { status } = await bench.ask({ alertname: `N${index}` })
        expect(status).toBe(202)
      }
      const stored = (await bench.keys('alert:buffer:team-a:N*')).length
      expect(stored).toBeGreaterThan(0)
      expect(stored).toBeLessThan(20)
    },
    { storm: stormy },
  ),
  'buffer-key': check(
    async (bench) => {
      const key = 'alert:buffer:team-a:PodCrashLooping'
      await pods(bench, '1')
      await bench.pass(4000)
      await pods(bench, '1')
      expect(await bench.redis.command('LRANGE', key, 0, -1)).toEqual(['team-a:Pod:1', 'team-a:Pod:1'])
      expect(await ttl(bench, key)).toBe(10_000)
      await pods(bench, '2')
      expect(await bench.keys(key)).toEqual([])
    },
    { storm: { ...stormy, buffer_threshold: 3 } },
  ),
  'window-keys': check(
    async (bench) => {
      await pods(bench, '1', '2')
      expect(await ttl(bench, 'alert:storm:aggregate:PodCrashLooping')).toBe(5000)
      expect(await ttl(bench, 'alert:storm:resources:*')).toBe(10_000)
      expect(await ttl(bench, 'alert:storm:metadata:*')).toBe(10_000)
    },
    { storm: stormy, faults: ['storm-keys-shared'] },
  ),
  'metadata-fields': check(
    async (bench) => {
      await pods(bench, '1', '2')
      const [key = ''] = await bench.keys('alert:storm:metadata:*')
      const fields = ((await bench.redis.command('HKEYS', key)) as string[]).sort()
      expect(fields).toEqual([
        'absolute_start_time',
        'alertname',
        'fingerprint',
        'firing_time',
        'last_activity',
        'namespace',
        'received_time',
        'resource_kind',
        'resource_name',
        'resource_namespace',
        'severity',
        'source',
        'source_type',
        'storm_type',
        'storm_window',
      ])
      expect(await bench.redis.command('HGET', key, 'resource_name')).toBe('2')
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'join-slides-key': check(
    async (bench) => {
      await pods(bench, '1', '2')
      await bench.pass(3000)
      await pods(bench, '3')
      expect(await ttl(bench, 'alert:storm:aggregate:*')).toBe(5000)
    },
    { storm: stormy },
  ),
  'join-counts-resources': check(
    async (bench) => {
      await pods(bench, '1', '2')
      expect((await bench.ask({ pod: '2', severity: 'info' })).json?.['message']).toContain('2 resources')
    },
    { storm: stormy },
  ),
  'aggregate-object': check(
    async (bench) => {
      await pods(bench, 'c', 'a', 'b', 'a')
      await bench.pass(5000)
      expect(specs(bench)).toMatchObject([
        {
          isStorm: true,
          stormType: 'rate',
          stormWindow: '1m',
          stormAlertCount: 3,
          affectedResources: ['team-a:Pod:a', 'team-a:Pod:b', 'team-a:Pod:c'],
          deduplication: { occurrenceCount: 1 },
        },
      ])
    },
    { storm: stormy },
  ),
} satisfies Partial<Record<keyof typeof stormStatements, Check>>
