import { describe, expect, test } from 'vitest'
import { scenario, step } from '../run/testing/fake-run.ts'
import { usableCpus, withinMemory } from './cpus.ts'
import { homeless, select, skipReason, wantedProfiles } from './select.ts'
import { widthFor } from './threads.ts'

describe('usable CPUs', () => {
  test.each([
    ['nothing but affinity', 4, {}, { count: 4, reason: '4 CPUs' }],
    ['a single one', 1, {}, { count: 1, reason: '1 CPU' }],
    ['version 2', 8, { v2: '150000 100000\n' }, { count: 1, reason: 'cgroup quota of 1.5 CPUs' }],
    ['version 2 without a quota', 8, { v2: 'max 100000\n' }, { count: 8, reason: '8 CPUs' }],
    ['version 2 with more than there is', 2, { v2: '400000 100000' }, { count: 2, reason: '2 CPUs' }],
    ['less than one', 8, { v2: '50000 100000' }, { count: 1, reason: 'cgroup quota of 0.5 CPUs' }],
    [
      'version 1',
      8,
      { v1Quota: '300000\n', v1Period: '100000\n' },
      { count: 3, reason: 'cgroup quota of 3 CPUs' },
    ],
    ['version 1 without a quota', 8, { v1Quota: '-1', v1Period: '100000' }, { count: 8, reason: '8 CPUs' }],
    ['version 1 with half of its files', 8, { v1Quota: '100000' }, { count: 8, reason: '8 CPUs' }],
    [
      'version 2 before version 1',
      8,
      { v2: 'max 100000', v1Quota: '100000', v1Period: '100000' },
      { count: 8, reason: '8 CPUs' },
    ],
    ['an empty file', 8, { v2: '' }, { count: 8, reason: '8 CPUs' }],
  ])('%s', (_, parallelism, files, expected) => {
    expect(usableCpus(parallelism, files)).toEqual(expected)
  })
})

describe('memory', () => {
  const cpus = { count: 16, reason: '16 CPUs' }
  test.each([
    ['enough', 64 * 1024, cpus],
    ['for fewer threads than CPUs', 1024, { count: 5, reason: 'memory of 1024 MiB' }],
    ['for hardly one', 128, { count: 1, reason: 'memory of 128 MiB' }],
    ['that nobody limits', Number.POSITIVE_INFINITY, cpus],
  ])('%s', (_, mib, expected) => {
    expect(withinMemory(cpus, mib * 1024 * 1024)).toEqual(expected)
  })
})

describe('width', () => {
  const cpus = { count: 4, reason: '4 CPUs' }
  const width = (scenarios: number, threads: number | 'auto' = 'auto', lanes?: number) =>
    widthFor({ threads, lanes, scenarios, cpus })

  test('threads follow the CPUs, lanes the scenarios', () => {
    expect(width(20)).toEqual({ threads: 4, lanes: 5, reason: '4 CPUs' })
    expect(width(21)).toMatchObject({ lanes: 6 })
  })

  test('there are no more threads than scenarios, and at least one', () => {
    expect(width(3)).toEqual({ threads: 3, lanes: 1, reason: '3 scenarios' })
    expect(width(0)).toMatchObject({ threads: 1, lanes: 1 })
  })

  test('one thread has sixteen lanes at most, unless more are wished for', () => {
    expect(width(1000)).toMatchObject({ lanes: 16 })
    expect(width(1000, 'auto', 50)).toMatchObject({ lanes: 50 })
    expect(width(2, 'auto', 3)).toMatchObject({ threads: 2, lanes: 3 })
  })

  test('what the command line says is done', () => {
    expect(width(20, 8)).toEqual({ threads: 8, lanes: 3, reason: '--threads 8' })
  })
})

describe('selection', () => {
  const some = [
    scenario({ id: 'dedup/one', name: 'Repeats are counted' }),
    scenario({ id: 'storm/two', name: 'x' }),
  ]
  const help = { cwd: '/w', history: {}, expectedMs: () => 1 }
  const ids = (name?: RegExp) => select(some, name === undefined ? {} : { name }, help).map(({ id }) => id)

  test('is by name or id', () => {
    expect(ids()).toEqual(['dedup/one', 'storm/two'])
    expect(ids(/^Repeats/u)).toEqual(['dedup/one'])
    expect(ids(/^storm\//u)).toEqual(['storm/two'])
    expect(ids(/nothing/u)).toEqual([])
  })

  test('a skipped scenario says why; one with a condition decides when it runs', () => {
    expect(skipReason(scenario(), 'embedded')).toBeUndefined()
    expect(skipReason(scenario({ skip: { reason: 'later' } }), 'urls')).toBe('later')
    expect(skipReason(scenario({ skip: { if: '${true}', reason: 'later' } }), 'urls')).toBeUndefined()
  })

  test('so does one that asks for what the target has not', () => {
    expect(skipReason(scenario({ requires: ['embedded'] }), 'embedded')).toBeUndefined()
    expect(skipReason(scenario({ requires: ['embedded', 'cluster'] }), 'embedded')).toBe(
      'the embedded target has no cluster',
    )
  })

  test.each([
    ['at the top', [step('fault', { redis: 'slow', for: '1s' })], 'redis slow'],
    [
      'within another step',
      [step('repeat', { times: 2, steps: [{ fault: { api: { status: 429 } } }] })],
      'api fault',
    ],
  ])('and one with a fault %s that the target cannot make', (_, steps, name) => {
    expect(skipReason(scenario({ steps }), 'embedded')).toBeUndefined()
    expect(skipReason(scenario({ steps }), 'cluster')).toBe(
      `the cluster target cannot make the fault ${name}`,
    )
  })

  test('a fault that a cluster can make is no reason, nor is one that is named later', () => {
    const steps = [step('fault', { gateway: 'restart' }), step('fault', { redis: '${case.redis}' })]
    expect(skipReason(scenario({ steps }), 'cluster')).toBeUndefined()
    expect(skipReason(scenario({ steps }), 'urls')).toContain('gateway restart')
  })

  test('who wants a gateway alone needs one that serves nobody else', () => {
    const shared = { profile: 'storm', exclusive: false }
    const alone = scenario({ exclusive: true })
    expect(homeless(scenario(), [shared])).toBeUndefined()
    expect(homeless(alone, [shared, { profile: 'dedup', exclusive: true }])).toContain('profile storm')
    expect(homeless(alone, [shared, { ...shared, exclusive: true }])).toBeUndefined()
  })

  test('profiles are wanted once each, exclusive ones as often as they can be of use', () => {
    const alone = (id: string) => scenario({ id, exclusive: true })
    const { profile: _, ...none } = scenario({ id: 'none' })
    const dedup = scenario({ id: 'd', profile: 'dedup', exclusive: true })
    expect(wantedProfiles([alone('a'), none, dedup, alone('b'), alone('c'), scenario()], 2)).toEqual({
      profiles: ['dedup', 'storm'],
      exclusive: { dedup: 1, storm: 2 },
    })
    expect(wantedProfiles([scenario()], 2)).toEqual({ profiles: ['storm'], exclusive: { storm: 0 } })
  })
})
