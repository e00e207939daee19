import { resolve } from 'node:path'
import type { Requirement, Scenario } from '../scenario/scenario.ts'
import type { History } from './history.ts'
import { shardOf, type Shard } from './shard.ts'
import type { TagTest } from './tag-expression.ts'

export interface Selection {
  /** Matched against names and ids. */
  readonly name?: RegExp
  readonly tags?: TagTest
  /** Those that failed when they last ran, and those that never ran. */
  readonly lastFailed?: boolean
  /** Absolute paths: only scenarios of these files, or with a template in them. */
  readonly changed?: ReadonlySet<string>
  readonly shard?: Shard
}

export interface SelectionHelp {
  readonly cwd: string
  readonly history: History
  readonly expectedMs: (scenario: Scenario) => number
}

/** The scenarios that are meant, in their order. */
export function select(
  scenarios: readonly Scenario[],
  selection: Selection,
  help: SelectionHelp,
): readonly Scenario[] {
  const { name, tags, lastFailed = false, changed, shard } = selection
  const meant = scenarios.filter(
    (scenario) =>
      (name === undefined || name.test(scenario.name) || name.test(scenario.id)) &&
      (tags === undefined || tags(scenario.tags)) &&
      (!lastFailed || mayFail(scenario, help.history)) &&
      (changed === undefined || filesOf(scenario).some((file) => changed.has(resolve(help.cwd, file)))),
  )
  return shard === undefined ? meant : shardOf(meant, shard, help.expectedMs)
}

const WELL = ['passed', 'gap', 'skipped', 'quarantined']

/** Whether a scenario did not end well, or did not end at all, when it last ran. */
export function mayFail({ id }: Pick<Scenario, 'id'>, history: History): boolean {
  const last = history[id]
  return last === undefined || !WELL.includes(last.outcome)
}

function filesOf({ file, templates = {} }: Scenario): readonly string[] {
  return [file, ...Object.keys(templates)]
}

/** What the embedded target offers to `requires`. */
const OFFERS: readonly Requirement[] = ['embedded', 'faults', 'logs']

/** Why a scenario is not run, before anything is started; undefined when it is. */
export function skipReason({ skip, requires }: Scenario): string | undefined {
  if (skip !== undefined && skip.if === undefined) return skip.reason
  return unmetReason({ requires })
}

/** What a scenario needs and the target has not. */
export function unmetReason({ requires }: Pick<Scenario, 'requires'>): string | undefined {
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
