import { parseDuration } from '../base/duration.ts'
import type { PlannedScenario } from '../events/event.ts'
import { estimateMs, type ProfileNumbers } from '../plan/estimate.ts'
import type { History } from '../plan/history.ts'
import { inOrder } from '../plan/order.ts'
import { mayFail, select, type Selection } from '../plan/select.ts'
import { TIMEOUT_MS } from '../scenario/build.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { changedFiles } from './changed-files.ts'
import type { Project } from './project.ts'
import type { ProvisionFlags } from './provision-target.ts'
import type { World } from './world.ts'

/** What the command line says of which scenarios run, how often and in which order. */
export interface ScheduleOptions extends Selection {
  /** Only what differs from this commit. */
  readonly changedSince?: string
  readonly failedFirst?: boolean
  /** An order that this seed decides; `true`: the seed of the run. */
  readonly shuffle?: string | true
  readonly repeat?: number
  /** For scenarios that ask for fewer. */
  readonly retries?: number
  /** For scenarios that keep the usual limit. */
  readonly timeoutMs?: number
}

export interface Schedule {
  readonly scenarios: readonly Scenario[]
  /** The rest of what was selected, which other shards run. */
  readonly elsewhere: readonly Scenario[]
  /** From earlier runs, else guessed from the file. */
  readonly expected: (scenario: Scenario) => Expected
}

/** How long a scenario will take on its lane, and how we know. */
export type Expected = NonNullable<PlannedScenario['expected']>

export interface ScheduleRequest {
  readonly options: ScheduleOptions &
    Partial<Pick<ProvisionFlags, 'target'>> & {
      /** Gateways per profile for scenarios that want one of their own. */
      readonly exclusive?: number
    }
  readonly project: Project
  readonly history: History
  readonly seed: string
  readonly world: Pick<World, 'cwd'>
}

/** A pod that starts anew. */
const CLUSTER_RESET_MS = 4000
/** What a scenario made goes, and the gateway starts anew. */
const EMBEDDED_RESET_MS = 150

function isCluster(target: ProvisionFlags['target'] | undefined): boolean {
  return target === 'kind' || target === 'cluster'
}

/** What runs, in the order in which it is offered to lanes. */
export async function scheduleOf(all: readonly Scenario[], request: ScheduleRequest): Promise<Schedule> {
  const { options, project, history, seed } = request
  const expected = expectationsOf(project, history)
  const chosen = await selectionOf(all, request)
  const { failedFirst = false, shuffle, exclusive } = options
  const scenarios = inOrder(
    repeated(chosen, options).map((one) => adjusted(one, options)),
    {
      expectedMs: (scenario) => expected(scenario).ms,
      resetMs: isCluster(options.target) ? CLUSTER_RESET_MS : EMBEDDED_RESET_MS,
      ...(exclusive === undefined ? {} : { exclusive }),
      ...(failedFirst ? { hasFailed: (scenario: Scenario) => mayFail(scenario, history) } : {}),
      ...(shuffle === undefined ? {} : { shuffleSeed: shuffle === true ? seed : shuffle }),
    },
  )
  return { scenarios, expected, elsewhere: await elsewhereOf(chosen, all, request) }
}

async function elsewhereOf(
  chosen: readonly Scenario[],
  all: readonly Scenario[],
  request: ScheduleRequest,
): Promise<readonly Scenario[]> {
  const { shard, ...options } = request.options
  if (shard === undefined) return []
  const whole = await selectionOf(all, { ...request, options })
  const own = new Set(chosen.map(({ id }) => id))
  return repeated(
    whole.filter(({ id }) => !own.has(id)),
    options,
  )
}

/** What is meant, in the order of the files. */
export async function selectionOf(
  all: readonly Scenario[],
  { options, project, history, world }: Omit<ScheduleRequest, 'seed'>,
): Promise<readonly Scenario[]> {
  const { changedSince, ...selection } = options
  const since = changedSince === undefined ? undefined : await changedFiles(world.cwd, changedSince)
  const expected = expectationsOf(project, history)
  const help = { cwd: world.cwd, history, expectedMs: (scenario: Scenario) => expected(scenario).ms }
  return select(all, { ...selection, ...changedOf(selection.changed, since) }, help)
}

/** A scenario as events tell of it. */
export function planned(scenario: Scenario, expected?: PlannedScenario['expected']): PlannedScenario {
  const { id, name, file, line, tags, profile = 'none' } = scenario
  return { id, name, file, line, tags, profile, ...(expected === undefined ? {} : { expected }) }
}

/** Of two sets of changed files, what is in both. */
function changedOf(
  one: ReadonlySet<string> | undefined,
  other: ReadonlySet<string> | undefined,
): Pick<Selection, 'changed'> {
  if (one === undefined || other === undefined) {
    const changed = one ?? other
    return changed === undefined ? {} : { changed }
  }
  return { changed: new Set([...one].filter((file) => other.has(file))) }
}

export function expectationsOf(project: Project, history: History): Schedule['expected'] {
  const byProfile = new Map<string, ProfileNumbers>()
  return (scenario) => {
    const known = history[baseId(scenario.id)]?.ms
    if (known !== undefined) return { ms: known, from: 'history' }
    const profile = scenario.profile ?? ''
    const numbers = byProfile.get(profile) ?? numbersOf(project, profile)
    byProfile.set(profile, numbers)
    return { ms: estimateMs(scenario, numbers), from: 'file' }
  }
}

function numbersOf({ description, configurations }: Project, profile: string): ProfileNumbers {
  const configuration = configurations[profile]
  if (configuration === undefined) return { times: {}, counts: {} }
  const nowhere = { namespace: '', url: '', version: '' }
  const read = Object.entries(description.settings.read(configuration, nowhere))
  const times = read.flatMap(([name, value]) => {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined
    return ms === undefined ? [] : [[name, ms] as const]
  })
  const counts = read.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : []))
  return { times: Object.fromEntries(times), counts: Object.fromEntries(counts) }
}

/** `--repeat 3` makes `a`, `a#2` and `a#3` of one scenario. */
function repeated(scenarios: readonly Scenario[], { repeat = 1 }: ScheduleOptions): readonly Scenario[] {
  return Array.from({ length: repeat }, (_, round) =>
    round === 0 ? scenarios : scenarios.map((one) => ({ ...one, id: `${one.id}#${round + 1}` })),
  ).flat()
}

function baseId(id: string): string {
  return id.replace(/#\d+$/, '')
}

function adjusted(scenario: Scenario, { retries = 0, timeoutMs }: ScheduleOptions): Scenario {
  const limit = scenario.timeoutMs === TIMEOUT_MS ? (timeoutMs ?? TIMEOUT_MS) : scenario.timeoutMs
  return { ...scenario, retries: Math.max(scenario.retries, retries), timeoutMs: limit }
}
