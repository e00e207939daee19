import type { Failure } from '../base/failure.ts'
import type { Kept } from '../events/event.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Whether what attempts made stays there to be looked at. */
export type Keep = 'never' | 'failed' | 'all'

/** A failure that somebody expects is nothing to look at, and what was cancelled has nothing to show. */
export function keeps(keep: Keep | undefined, scenario: Scenario, failure: Failure | undefined): boolean {
  if (keep !== 'failed') return keep === 'all'
  const isExpected = scenario.knownGap !== undefined || scenario.quarantine !== undefined
  return failure !== undefined && failure.outcome !== 'cancelled' && !isExpected
}

/** Namespaces with what is in them, and the keys that name them, each with the commands to look and to remove. */
export function keptOf(namespaces: readonly string[], { kinds }: GatewayDescription): readonly Kept[] {
  const plurals = Object.values(kinds).map(({ type }) => type.plural)
  return namespaces.flatMap((name) => [
    {
      what: `namespace ${name}`,
      look: `kubectl get ${[...plurals, 'events'].join(',')} -n ${name}`,
      remove: `kubectl delete namespace ${name}`,
    },
    {
      what: `Redis keys with ${name} in their names`,
      look: `redis-cli --scan --pattern '*${name}*'`,
      remove: `redis-cli --scan --pattern '*${name}*' | xargs -r redis-cli del`,
    },
  ])
}
