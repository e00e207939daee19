import { resolve } from 'node:path'
import type { TargetKind } from '../base/target-kind.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { History } from './history.ts'
import { unmetReason } from './offers.ts'
import { shardOf, type Shard } from './shard.ts'
import type { TagTest } from './tag-expression.ts'

export interface Selection {
  /** Matched against names and ids. */
  readonly name?: RegExp
  /** The same, of those that are not meant. */
  readonly nameNot?: RegExp
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
  const { name, nameNot, tags, lastFailed = false, changed, shard } = selection
  const meant = scenarios.filter(
    (scenario) =>
      (name === undefined || isCalled(scenario, name)) &&
      (nameNot === undefined || !isCalled(scenario, nameNot)) &&
      (tags === undefined || tags(scenario.tags)) &&
      (!lastFailed || mayFail(scenario, help.history)) &&
      (changed === undefined || filesOf(scenario).some((file) => changed.has(resolve(help.cwd, file)))),
  )
  return shard === undefined ? meant : shardOf(meant, shard, help.expectedMs)
}

function isCalled({ name, id }: Scenario, pattern: RegExp): boolean {
  return pattern.test(name) || pattern.test(id)
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

/** Why a scenario is not run, before anything is started; undefined when it is. */
export function skipReason(scenario: Scenario, target: TargetKind): string | undefined {
  const { skip } = scenario
  if (skip !== undefined && skip.if === undefined) return skip.reason
  return unmetReason(scenario, target)
}

interface Place {
  readonly profile: string
  readonly exclusive: boolean
}

/** Why a scenario has no place among the gateways that there are; undefined when it has one. */
export function homeless({ profile, exclusive }: Scenario, places: readonly Place[]): string | undefined {
  if (profile === undefined || !exclusive) return undefined
  const hasPlace = places.some((place) => place.exclusive && place.profile === profile)
  return hasPlace ? undefined : `the target has no gateway of profile ${profile} for one scenario at a time`
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
