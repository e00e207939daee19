import { expect } from 'vitest'
import { valueAt } from '../../../../base/json.ts'
import { remediationPath } from '../../classification.ts'
import { KubeError } from '../../ports.ts'
import { type Workbench } from '../workbench.ts'
import { stormy } from '../workbench-config.ts'
import { AS_2025, check, elsewhere, type Check } from './check.ts'
import type { stormStatements } from './statements-storm.ts'

const OUTAGE = 'embedded/gateway/outage.test.ts'
const CREATION = 'embedded/gateway/creation.test.ts'
const specs = (bench: Workbench): unknown[] => bench.kube.objects.map(({ spec }) => spec)
const pods = async (bench: Workbench, ...names: string[]): Promise<void> => {
  for (const pod of names) await bench.until(bench.alert({ pod }))
}

export const windowChecks = {
  'aggregate-hash': check(
    async (bench) => {
      await pods(bench, '1', '2')
      await bench.pass(5000)
      const fingerprint = String(valueAt(specs(bench)[0], ['signalFingerprint']))
      expect(await bench.keys('gateway:dedup:fingerprint:*')).toEqual([
        `gateway:dedup:fingerprint:${fingerprint}`,
      ])
    },
    { storm: stormy },
  ),
  'aggregate-failure': elsewhere(
    OUTAGE,
    'a window whose object cannot be made is given up with a line and a count',
  ),
  'lone-2025': check(
    async (bench) => {
      await pods(bench, '1')
      await bench.pass(60_000)
      await pods(bench, '2')
      await bench.pass(60_000)
      expect(bench.kube.objects).toEqual([])
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'late-join-2025': check(
    async (bench) => {
      await pods(bench, '1', '2')
      await bench.pass(3000)
      await pods(bench, '3')
      await bench.pass(3000)
      await pods(bench, '4')
      await bench.pass(30_000)
      expect(specs(bench)).toHaveLength(1)
      expect(valueAt(specs(bench)[0], ['affectedResources'])).toEqual(
        ['1', '2', '3'].map((pod) => `team-a:Pod:${pod}`),
      )
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'same-twice': check(
    async (bench) => {
      await pods(bench, '1', '1')
      await bench.pass(6000)
      expect(specs(bench)).toMatchObject([{ stormAlertCount: 1, affectedResources: ['team-a:Pod:1'] }])
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'prod-burst': check(
    async (bench) => {
      const seen = []
      for (let index = 1; index <= 12; index += 1) {
        const { status, json } = await bench.until(bench.alert({ pod: `p-${index}` }))
        seen.push(status === 201 ? 'object' : (json?.['stormType'] ?? 'buffered'))
      }
      expect(seen).toEqual([
        ...Array<string>(5).fill('object'),
        ...Array<string>(4).fill('buffered'),
        'pattern',
        'rate',
        'rate',
      ])
      await bench.pass(60_000)
      const storms = specs(bench).filter((spec) => valueAt(spec, ['isStorm']) === true)
      expect(specs(bench)).toHaveLength(6)
      expect(storms).toMatchObject([{ stormType: 'pattern', stormWindow: '2m', stormAlertCount: 7 }])
    },
    {
      storm: {
        rate_threshold: 10,
        pattern_threshold: 5,
        buffer_threshold: 5,
        inactivity_timeout: '60s',
        max_window_duration: '5m',
      },
    },
  ),
  'fall-through': elsewhere(OUTAGE, 'a storm that Redis cannot hold is an object of its own'),
  'overrun-2025': check(
    async (bench) => {
      await pods(bench, '1', '2')
      for (let pod = 3; pod < 10; pod += 1) {
        await bench.pass(4000)
        await pods(bench, `${pod}`)
      }
      await bench.pass(3000)
      const { status, json } = await bench.until(bench.alert({ pod: 'late' }))
      expect([status, json?.['isStorm']]).toEqual([201, undefined])
      const late = specs(bench).find((spec) => valueAt(spec, ['signalLabels', 'pod']) === 'late')
      expect(late).toMatchObject({ isStorm: true, stormType: 'rate' })
      expect(late).not.toHaveProperty('affectedResources')
    },
    { storm: stormy, faults: AS_2025 },
  ),
  'race-2025': elsewhere(
    'embedded/gateway/storm-concurrency.test.ts',
    'with handover-races some bursts of %i lose alerts or make two objects',
  ),
  'environment-order': elsewhere(
    CREATION,
    'environment, priority and path follow the namespace, its override and the policy',
  ),
  'environment-cached': elsewhere(CREATION, 'an environment is remembered for as long as it is configured'),
  'environment-errors': check(async (bench) => {
    bench.kube.before = (call) =>
      call === 'namespace' || call === 'configmap'
        ? Promise.reject(new KubeError(403, 'forbidden'))
        : Promise.resolve()
    expect((await bench.ask()).json).toMatchObject({ status: 'created', environment: 'unknown' })
  }),
  'policy-always-p2': elsewhere(
    'embedded/gateway/priority-policy.test.ts',
    'the end-to-end policy gives P2 to all',
  ),
  'policy-table': elsewhere(
    'embedded/gateway/priority-policy.test.ts',
    'the table in another writing is the same',
  ),
  'path-table': check(() => {
    const rows = ['production', 'staging', 'development', 'unknown', 'qa'].map((environment) =>
      ['P0', 'P1', 'P2', 'P3'].map((priority) => remediationPath(environment, priority)).join(' '),
    )
    expect(rows).toEqual([
      'aggressive conservative conservative manual',
      'moderate moderate manual manual',
      'aggressive moderate manual manual',
      'conservative conservative conservative manual',
      'moderate moderate conservative manual',
    ])
    return Promise.resolve()
  }),
  'path-not-stored': check(async (bench) => {
    await bench.ask()
    expect(JSON.stringify(bench.kube.objects)).not.toContain('conservative')
  }),
} satisfies Partial<Record<keyof typeof stormStatements, Check>>
