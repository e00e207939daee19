import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { expect, test } from 'vitest'
import type { FaultName } from '../embedded/gateway/faults/index.ts'
import { gwscen } from './testing/gwscen.ts'
import { openPlace, ROOT } from './testing/place.ts'
import { eventsOf, eventsOfType, expectNothingLeft } from './testing/run-log.ts'
import { turnstile } from './testing/turnstile.ts'

const HANG_MS = 120_000

/** File → the fault that its scenario is there to notice. */
const NOTICES: Readonly<Record<string, FaultName>> = {
  'dedup/changing-alert': 'duplicate-answered-201',
  'dedup/concurrent': 'occurrences-never-counted',
  'dedup/different-alerts': 'fingerprint-constant',
  'dedup/different-resources': 'dedup-by-name-only',
  'dedup/lifecycle': 'final-phase-in-progress',
  'dedup/lock-released': 'dedup-lock-gap',
  'dedup/outlives-redis': 'dedup-by-redis-only',
  'dedup/phases': 'pending-phase-final',
  'dedup/rapid-transitions': 'processing-phase-final',
  'dedup/remembered-while-firing': 'dedup-ttl-not-refreshed',
  'dedup/repeats-at-once': 'occurrences-never-counted',
  'dedup/retry-after-failure': 'final-phase-in-progress',
  'dedup/same-second': 'reused-name',
  'dedup/tenants': 'dedup-ignores-namespace',
  'intake/cluster-scoped-event': 'empty-namespace',
  'intake/content-types': 'bad-request-answered-500',
  'intake/health': 'health-always-500',
  'intake/kubernetes-event': 'labels-lost',
  'intake/long-names': 'answers-500',
  'intake/namespace-fallback': 'fallback-invisible',
  'intake/object-fields': 'labels-lost',
  'intake/refused-bodies': 'bad-request-answered-202',
  'intake/refused-events': 'bad-request-answered-500',
  'intake/request-ids': 'request-ids-lost',
  'intake/resources': 'fingerprint-constant',
  'intake/severities': 'severity-lost',
  'intake/size-limit': 'bad-request-answered-202',
  'intake/unusual-labels': 'labels-lost',
  'intake/wrong-addresses': 'answers-500',
  'limits/at-once': 'rate-limit-off',
  'limits/at-the-limit': 'retry-after-missing',
  'limits/probes': 'rate-limit-off',
  'limits/recovery': 'rate-limit-off',
  'limits/redis-away': 'answers-500',
  'limits/two-clients': 'rate-limit-off',
  'limits/under-the-limit': 'answers-500',
  'metrics/bad-request': 'status-label-class',
  'metrics/duplicates': 'metrics-empty',
  'metrics/http-names': 'duration-not-observed',
  'metrics/in-flight': 'metrics-frozen',
  'metrics/redis-pool-connections': 'metrics-frozen',
  'metrics/redis-pool-hits': 'metrics-frozen',
  'metrics/redis-pool-names': 'pool-metrics-missing',
  'metrics/redis-pool-usage': 'metrics-frozen',
  'metrics/request-duration': 'duration-counted-twice',
  'metrics/signals': 'metrics-empty',
  'metrics/storm': 'metrics-meaningless',
  'metrics/text-format': 'metrics-as-json',
  'resilience/api-reply-lost': 'retry-creates-second',
  'resilience/api-refuses': 'answers-500',
  'resilience/api-slow': 'dedup-lock-gap',
  'resilience/api-throttled': 'answers-500',
  'resilience/counter-expires': 'rate-counter-forever',
  'resilience/objects-unreadable': 'duplicate-answered-201',
  'resilience/redis-away': 'redis-flag-sticky',
  'resilience/redis-emptied': 'dedup-by-redis-only',
  'resilience/restart-with-buffer': 'state-lost-at-restart',
  'resilience/restart-with-objects': 'fingerprint-label-missing',
  'resilience/restart-with-window': 'window-never-closes',
  'storm/buffered-until-window-closes': 'join-not-stored',
  'storm/burst': 'aggregate-misses-first',
  'storm/carries-first-alert': 'aggregate-bare',
  'storm/concurrent-slow-redis': 'handover-races',
  'storm/concurrent': 'aggregate-misses-last',
  'storm/lone-alert': 'lone-alert-lost',
  'storm/longest-window': 'window-overrun-individual',
  'storm/members-are-duplicates': 'members-reenter',
  'storm/new-window-id': 'window-key-forever',
  'storm/repeated-resource': 'aggregate-misses-last',
  'storm/sliding-window': 'window-fixed',
  'storm/tenants': 'storm-keys-shared',
  'storm/threshold': 'storm-threshold-inclusive',
  'storm/two-storms': 'window-key-forever',
  'storm/window-expires': 'window-key-forever',
}

test('every scenario is known to notice something', () => {
  const files = globSync('**/*.yaml', { cwd: join(ROOT, 'scenarios'), ignore: 'templates/**' })
  expect(Object.keys(NOTICES).sort()).toEqual(files.map((file) => file.replace('.yaml', '')).sort())
})

/** So many programs at once, that the machine is busy but not beside itself. */
const inTurn = turnstile(3)

/** One program for all scenarios that notice the same. */
const noticedBy = [...new Set(Object.values(NOTICES))].map(
  (fault) => [fault, Object.keys(NOTICES).filter((id) => NOTICES[id] === fault)] as const,
)

test.concurrent.each(noticedBy)(
  '%s is noticed by %j',
  (fault, ids) => inTurn(() => failAll(ids, fault)),
  HANG_MS,
)

async function failAll(ids: readonly string[], fault: string): Promise<void> {
  await using place = openPlace(process.env['PATH'])
  const files = ids.map((id) => `scenarios/${id}.yaml`)
  const { code, stdout } = await gwscen(place, 'run', ...files, '--fault', fault)
  expect(stdout).toContain(`reference gateway with ${fault}`)
  expect(code).toBe(1)
  const ended = eventsOfType(eventsOf(place), 'scenario:ended')
  // Of the cases of a matrix not all need to notice.
  expect(ended.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'failed')).toEqual([])
  for (const id of ids) {
    const own = ended.filter(({ scenario }) => scenario === id || scenario.startsWith(`${id}[`))
    const failures = own.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
    expect(failures, `failures of ${id}`).not.toEqual([])
    for (const { outcome, span } of failures) {
      expect(outcome).toBe('failed')
      // What stands in a template fails there; the failure names the step that uses it.
      expect(span?.file).toSatisfy(
        (file: string) => file === `scenarios/${id}.yaml` || file.startsWith('scenarios/templates/'),
      )
    }
  }
  expectNothingLeft(place)
}
