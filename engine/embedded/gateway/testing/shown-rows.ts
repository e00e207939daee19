import type { FaultName } from '../faults/index.ts'

/** What every new alert shows: keys without a namespace, a lock that stays, counters, no rate limit. */
const EVERY_ALERT = [
  'storm-keys-shared',
  'dedup-lock-gap',
  'metrics-doubled',
  'metrics-frozen',
  'rate-limit-off',
] as const satisfies readonly FaultName[]

/** What every window shows besides: an alert that is kept whole, ids in seconds, deadlines, a bare object. */
const EVERY_WINDOW = [
  ...EVERY_ALERT,
  'lone-alert-lost',
  'handover-races',
  'window-orphaned',
  'aggregate-bare',
] as const satisfies readonly FaultName[]

/** Recording → the rows of the contract's section 17 that it shows: with these it replays clean, and with none of them left out. */
export const shownRows: Readonly<Record<string, readonly FaultName[]>> = {
  'bad-bodies': ['metrics-frozen', 'request-ids-lost'],
  'dedup-distinct': EVERY_ALERT,
  'dedup-first-then-duplicates': [...EVERY_ALERT, 'partial-hash'],
  'dedup-object-removed': EVERY_ALERT,
  'dedup-phases': EVERY_ALERT,
  'dedup-redis-flushed': [
    'dedup-lock-gap',
    'partial-hash',
    'metrics-doubled',
    'metrics-frozen',
    'rate-limit-off',
  ],
  'dedup-together': EVERY_ALERT,
  'dedup-unknown-phases': EVERY_ALERT,
  environments: EVERY_ALERT,
  'kinds-from-labels': EVERY_ALERT,
  'kubernetes-events': [...EVERY_ALERT, 'empty-namespace', 'request-ids-lost'],
  'media-types': ['metrics-doubled', 'metrics-frozen', 'request-ids-lost'],
  'metrics-of-each-outcome': ['metrics-doubled', 'metrics-frozen', 'request-ids-lost'],
  'namespace-missing': [...EVERY_ALERT, 'fallback-invisible'],
  'odd-names': EVERY_ALERT,
  routes: ['metrics-frozen'],
  'several-alerts-in-one-body': EVERY_ALERT,
  'severity-and-time': EVERY_ALERT,
  'storm-buffer-window-object': EVERY_WINDOW,
  'storm-hard-stop': [...EVERY_WINDOW, 'window-fixed', 'window-overrun-individual'],
  'storm-lone-alert': [...EVERY_ALERT, 'lone-alert-lost', 'aggregate-bare'],
  'storm-pauses-below-the-timeout': [...EVERY_WINDOW, 'window-fixed'],
  'storm-repeats-in-a-window': EVERY_WINDOW,
  'storm-two-bursts': EVERY_WINDOW,
  'storm-two-namespaces': EVERY_WINDOW,
  thresholds: EVERY_WINDOW,
  'thresholds-same-resource': EVERY_ALERT,
}
