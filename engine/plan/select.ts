import type { Requirement, Scenario } from '../scenario/scenario.ts'

export interface Selection {
  /** Matched against names and ids. */
  readonly name?: RegExp
}

export function select(scenarios: readonly Scenario[], { name }: Selection): readonly Scenario[] {
  if (name === undefined) return scenarios
  return scenarios.filter((scenario) => name.test(scenario.name) || name.test(scenario.id))
}

/** What the embedded target offers to `requires`. */
const OFFERS: readonly Requirement[] = ['embedded', 'faults', 'logs']

/** Why a scenario is not run, before anything is started; undefined when it is. */
export function skipReason({ skip, requires }: Scenario): string | undefined {
  if (skip !== undefined && skip.if === undefined) return skip.reason
  const missing = requires.filter((requirement) => !OFFERS.includes(requirement))
  return missing.length === 0 ? undefined : `the embedded target has no ${missing.join(', ')}`
}

/** Which profiles are needed, and for how many scenarios each must be had alone. */
export function wantedProfiles(
  scenarios: readonly Scenario[],
  mostExclusive: number,
): { readonly profiles: readonly string[]; readonly exclusive: Readonly<Record<string, number>> } {
  const named = scenarios.flatMap(({ profile, exclusive }) =>
    profile === undefined ? [] : [{ profile, exclusive }],
  )
  const profiles = [...new Set(named.map(({ profile }) => profile))].sort()
  const alone = (profile: string): number =>
    named.filter((one) => one.exclusive && one.profile === profile).length
  return {
    profiles,
    exclusive: Object.fromEntries(
      profiles.map((profile) => [profile, Math.min(mostExclusive, alone(profile))]),
    ),
  }
}
