import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { expect, test } from 'vitest'
import type { FaultName } from '../embedded/gateway/faults/index.ts'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, ROOT } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft } from './testing/run-log.ts'

const HANG_MS = 120_000

/** File → the fault that its scenario is there to notice. */
const NOTICES: Readonly<Record<string, FaultName>> = {
  'dedup/concurrent': 'occurrences-never-counted',
  'dedup/different-alerts': 'fingerprint-constant',
  'dedup/lifecycle': 'final-phase-in-progress',
  'dedup/outlives-redis': 'dedup-by-redis-only',
  'metrics/bad-request': 'status-label-class',
  'metrics/http-names': 'duration-not-observed',
  'metrics/in-flight': 'metrics-frozen',
  'metrics/redis-pool-names': 'pool-metrics-missing',
  'metrics/request-duration': 'duration-counted-twice',
  'metrics/text-format': 'metrics-as-json',
  'storm/buffered-until-window-closes': 'join-not-stored',
  'storm/concurrent': 'aggregate-misses-last',
  'storm/window-expires': 'window-key-forever',
}

test('every scenario is known to notice something', () => {
  const files = globSync('**/*.yaml', { cwd: join(ROOT, 'scenarios'), ignore: 'templates/**' })
  expect(Object.keys(NOTICES).sort()).toEqual(files.map((file) => file.replace('.yaml', '')).sort())
})

test.each(Object.entries(NOTICES))(
  '%s fails with %s',
  async (id, fault) => {
    await using place = openPlace(process.env['PATH'])
    const file = `scenarios/${id}.yaml`
    const { code, stdout } = await gwscen(place, 'run', file, '--fault', fault)
    expect(stdout).toContain(`reference gateway with ${fault}`)
    expect(code).toBe(1)
    const ended = eventsOfType(eventsOf(place), 'scenario:ended')
    // Of the cases of a matrix not all need to notice.
    expect(ended.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'failed')).toEqual([])
    const failures = ended.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
    expect(failures.length).toBeGreaterThan(0)
    for (const failure of failures) expect(failure).toMatchObject({ outcome: 'failed', span: { file } })
    expectNothingLeft(place)
  },
  HANG_MS,
)
