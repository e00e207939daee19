import { isObject } from '../base/json.ts'
import { outageName } from '../base/outage.ts'
import type { TargetKind } from '../base/target-kind.ts'
import type { Requirement, Scenario } from '../scenario/scenario.ts'

interface Offer {
  /** What `requires` may ask for. */
  readonly has: readonly Requirement[]
  /** Names of the outages it can make; all of them unless given. */
  readonly breaks?: readonly string[]
}

const CLUSTER: Offer = {
  has: ['cluster', 'faults', 'logs'],
  breaks: ['gateway restart', 'gateway down', 'redis down', 'redis lose'],
}

const OFFERS: Readonly<Record<TargetKind, Offer>> = {
  embedded: { has: ['embedded', 'faults', 'logs'] },
  kind: CLUSTER,
  cluster: CLUSTER,
  // Somebody else's processes: they are asked, and nothing more.
  urls: { has: ['cluster'], breaks: [] },
}

/** What a scenario needs and a target of this kind has not; undefined when it has everything. */
export function unmetReason(scenario: Scenario, target: TargetKind): string | undefined {
  const { has, breaks } = OFFERS[target]
  const missing = scenario.requires.filter((requirement) => !has.includes(requirement))
  if (missing.length > 0) return `the ${target} target has no ${missing.join(', ')}`
  if (breaks === undefined) return undefined
  const beyond = outagesOf(scenario).filter((outage) => !breaks.includes(outage))
  return beyond.length === 0 ? undefined : `the ${target} target cannot make the fault ${beyond.join(', ')}`
}

/** Names of the outages that its steps make, each once, also in templates; one that a template makes up is not known yet. */
function outagesOf({ steps, finally: last, onFailure, templates = {} }: Scenario): readonly string[] {
  const names = new Set<string>()
  for (const { verb, input } of [...steps, ...last, ...onFailure]) visit({ [verb]: input }, names)
  for (const { steps: inner } of Object.values(templates)) visit(inner, names)
  return [...names]
}

function visit(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) visit(item, names)
  if (!isObject(value)) return
  const { fault } = value
  if (isObject(fault)) {
    for (const part of ['gateway', 'redis', 'forward'])
      if (typeof fault[part] === 'string' && !fault[part].includes('${')) names.add(`${part} ${fault[part]}`)
    if (isObject(fault['api'])) names.add(outageName({ api: {} }))
  }
  for (const member of Object.values(value)) visit(member, names)
}
