import { suggest } from '../../../base/suggest.ts'
import type { Behaviour } from '../behaviour.ts'
import { aggregateBare } from './aggregate-bare.ts'
import { aggregateMissesFirst } from './aggregate-misses-first.ts'
import { aggregateMissesLast } from './aggregate-misses-last.ts'
import { answers500 } from './answers-500.ts'
import { badRequestAnswered202 } from './bad-request-answered-202.ts'
import { badRequestAnswered500 } from './bad-request-answered-500.ts'
import { bufferThresholdOffByOne } from './buffer-threshold-off-by-one.ts'
import { dedupByNameOnly } from './dedup-by-name-only.ts'
import { dedupByRedisOnly } from './dedup-by-redis-only.ts'
import { dedupIgnoresKind } from './dedup-ignores-kind.ts'
import { dedupIgnoresNamespace } from './dedup-ignores-namespace.ts'
import { dedupLockGap } from './dedup-lock-gap.ts'
import { dedupTtlNeverSet } from './dedup-ttl-never-set.ts'
import { dedupTtlNotRefreshed } from './dedup-ttl-not-refreshed.ts'
import { duplicateAnswered201 } from './duplicate-answered-201.ts'
import { duplicateCreatesSecond } from './duplicate-creates-second.ts'
import { durationCountedTwice } from './duration-counted-twice.ts'
import { durationNotObserved } from './duration-not-observed.ts'
import { emptyNamespace } from './empty-namespace.ts'
import { fallbackCollision } from './fallback-collision.ts'
import { fallbackInvisible } from './fallback-invisible.ts'
import { finalPhaseInProgress } from './final-phase-in-progress.ts'
import { fingerprintConstant } from './fingerprint-constant.ts'
import { fingerprintLabelMissing } from './fingerprint-label-missing.ts'
import { handoverRaces } from './handover-races.ts'
import { healthAlways500 } from './health-always-500.ts'
import { inFlightMissing } from './in-flight-missing.ts'
import { joinNotStored } from './join-not-stored.ts'
import { keysLeak } from './keys-leak.ts'
import { labelsLost } from './labels-lost.ts'
import { loneAlertLost } from './lone-alert-lost.ts'
import { membersReenter } from './members-reenter.ts'
import { metricsAsJson } from './metrics-as-json.ts'
import { metricsDoubled } from './metrics-doubled.ts'
import { metricsEmpty } from './metrics-empty.ts'
import { metricsFrozen } from './metrics-frozen.ts'
import { metricsMeaningless } from './metrics-meaningless.ts'
import { occurrencesLost } from './occurrences-lost.ts'
import { occurrencesNeverCounted } from './occurrences-never-counted.ts'
import { occurrencesOffByOne } from './occurrences-off-by-one.ts'
import { partialHash } from './partial-hash.ts'
import { pendingPhaseFinal } from './pending-phase-final.ts'
import { poolMetricsMissing } from './pool-metrics-missing.ts'
import { processingPhaseFinal } from './processing-phase-final.ts'
import { rateCounterForever } from './rate-counter-forever.ts'
import { rateLimitOff } from './rate-limit-off.ts'
import { readyAlways200 } from './ready-always-200.ts'
import { redisErrorAnswered200 } from './redis-error-answered-200.ts'
import { redisFlagSticky } from './redis-flag-sticky.ts'
import { requestIdsLost } from './request-ids-lost.ts'
import { retryAfterMissing } from './retry-after-missing.ts'
import { retryCreatesSecond } from './retry-creates-second.ts'
import { reusedName } from './reused-name.ts'
import { severityLost } from './severity-lost.ts'
import { stateLostAtRestart } from './state-lost-at-restart.ts'
import { statusLabelClass } from './status-label-class.ts'
import { stormKeysShared } from './storm-keys-shared.ts'
import { stormNever } from './storm-never.ts'
import { stormThresholdInclusive } from './storm-threshold-inclusive.ts'
import { windowClosesEarly } from './window-closes-early.ts'
import { windowClosesLate } from './window-closes-late.ts'
import { windowFixed } from './window-fixed.ts'
import { windowKeyForever } from './window-key-forever.ts'
import { windowKeyShort } from './window-key-short.ts'
import { windowNeverCloses } from './window-never-closes.ts'
import { windowOrphaned } from './window-orphaned.ts'
import { windowOverrunIndividual } from './window-overrun-individual.ts'
import type { Fault } from './fault.ts'

/** Every known fault, by name. */
export const faults = {
  'lone-alert-lost': loneAlertLost,
  'window-fixed': windowFixed,
  'window-overrun-individual': windowOverrunIndividual,
  'storm-keys-shared': stormKeysShared,
  'handover-races': handoverRaces,
  'reused-name': reusedName,
  'fallback-collision': fallbackCollision,
  'fallback-invisible': fallbackInvisible,
  'empty-namespace': emptyNamespace,
  'dedup-lock-gap': dedupLockGap,
  'window-orphaned': windowOrphaned,
  'members-reenter': membersReenter,
  'aggregate-bare': aggregateBare,
  'redis-flag-sticky': redisFlagSticky,
  'rate-counter-forever': rateCounterForever,
  'partial-hash': partialHash,
  'metrics-doubled': metricsDoubled,
  'metrics-frozen': metricsFrozen,
  'metrics-meaningless': metricsMeaningless,
  'request-ids-lost': requestIdsLost,
  'rate-limit-off': rateLimitOff,
  'aggregate-misses-first': aggregateMissesFirst,
  'aggregate-misses-last': aggregateMissesLast,
  'answers-500': answers500,
  'bad-request-answered-202': badRequestAnswered202,
  'bad-request-answered-500': badRequestAnswered500,
  'buffer-threshold-off-by-one': bufferThresholdOffByOne,
  'dedup-by-name-only': dedupByNameOnly,
  'dedup-by-redis-only': dedupByRedisOnly,
  'dedup-ignores-kind': dedupIgnoresKind,
  'dedup-ignores-namespace': dedupIgnoresNamespace,
  'dedup-ttl-never-set': dedupTtlNeverSet,
  'dedup-ttl-not-refreshed': dedupTtlNotRefreshed,
  'duplicate-answered-201': duplicateAnswered201,
  'duplicate-creates-second': duplicateCreatesSecond,
  'duration-counted-twice': durationCountedTwice,
  'duration-not-observed': durationNotObserved,
  'final-phase-in-progress': finalPhaseInProgress,
  'fingerprint-constant': fingerprintConstant,
  'fingerprint-label-missing': fingerprintLabelMissing,
  'health-always-500': healthAlways500,
  'in-flight-missing': inFlightMissing,
  'join-not-stored': joinNotStored,
  'keys-leak': keysLeak,
  'labels-lost': labelsLost,
  'metrics-as-json': metricsAsJson,
  'metrics-empty': metricsEmpty,
  'occurrences-lost': occurrencesLost,
  'occurrences-never-counted': occurrencesNeverCounted,
  'occurrences-off-by-one': occurrencesOffByOne,
  'pending-phase-final': pendingPhaseFinal,
  'pool-metrics-missing': poolMetricsMissing,
  'processing-phase-final': processingPhaseFinal,
  'ready-always-200': readyAlways200,
  'redis-error-answered-200': redisErrorAnswered200,
  'retry-after-missing': retryAfterMissing,
  'retry-creates-second': retryCreatesSecond,
  'severity-lost': severityLost,
  'state-lost-at-restart': stateLostAtRestart,
  'status-label-class': statusLabelClass,
  'storm-never': stormNever,
  'storm-threshold-inclusive': stormThresholdInclusive,
  'window-closes-early': windowClosesEarly,
  'window-closes-late': windowClosesLate,
  'window-key-forever': windowKeyForever,
  'window-key-short': windowKeyShort,
  'window-never-closes': windowNeverCloses,
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

/** Named sets of faults: the program of 24 November 2025 has exactly those of the contract's table (section 17). */
export const presets = {
  'kubernaut-2025-11-24': [
    'lone-alert-lost',
    'window-fixed',
    'window-overrun-individual',
    'storm-keys-shared',
    'handover-races',
    'reused-name',
    'fallback-collision',
    'fallback-invisible',
    'empty-namespace',
    'dedup-lock-gap',
    'window-orphaned',
    'members-reenter',
    'aggregate-bare',
    'redis-flag-sticky',
    'rate-counter-forever',
    'partial-hash',
    'metrics-doubled',
    'metrics-frozen',
    'metrics-meaningless',
    'request-ids-lost',
    'rate-limit-off',
  ],
} as const satisfies Readonly<Record<string, readonly FaultName[]>>

/** Faults by the finding they come from: `G6` is two of them. */
export function faultsFrom(finding: string): readonly FaultName[] {
  return (Object.keys(faults) as FaultName[]).filter((name) => {
    const fault: Fault = faults[name]
    return fault.from?.split(' ').includes(finding) === true
  })
}

/** The fault or faults of a name, of a fault or a preset. Throws with the nearest known name. */
export function expand(name: string): readonly FaultName[] {
  if (Object.hasOwn(faults, name)) return [name as FaultName]
  if (Object.hasOwn(presets, name)) return presets[name as keyof typeof presets]
  const nearest = suggest(name, [...Object.keys(faults), ...Object.keys(presets)])
  throw new Error(`unknown fault ${name}${nearest === undefined ? '' : `, did you mean ${nearest}?`}`)
}

/** The behaviour with the named faults, each applied once, in the order given. */
export function bend(
  behaviour: Behaviour,
  names: readonly string[],
): { readonly behaviour: Behaviour; readonly names: readonly FaultName[] } {
  const all = [...new Set(names.flatMap(expand))]
  let bent = behaviour
  for (const name of all) bent = { ...bent, ...faults[name].change(bent) }
  return { behaviour: bent, names: all }
}
