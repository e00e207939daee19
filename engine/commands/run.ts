import { maskFor, type Mask } from '../events/mask.ts'
import type { RunState } from '../events/run-state.ts'
import type { Loaded } from '../scenario/load.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { unmetReason } from '../plan/offers.ts'
import { declaredEnv } from './declared-env.ts'
import type { TargetKind } from '../base/target-kind.ts'
import { needsKeyboard } from './pause-desk.ts'
import { checkTarget, type ProvisionFlags } from './provision-target.ts'
import { printProblems } from './print-problems.ts'
import type { Keep } from '../run/keep.ts'
import { loadProject, type Project } from './project.ts'
import { tellProblems } from './tell-problems.ts'
import { openOutput, type OutputOptions } from './run-output.ts'
import { readHistory, writeHistory } from './run-history.ts'
import { askAhead } from '../provision/kind/ahead.ts'
import { systemTools } from '../provision/kind/tools.ts'
import { RunSession } from './run-session.ts'
import { scheduleOf, type Schedule, type ScheduleOptions } from './schedule.ts'
import { UsageError } from './usage-error.ts'
import { checkVirtual } from './virtual-target.ts'
import type { World } from './world.ts'

export interface RunOptions extends ProvisionFlags, OutputOptions, ScheduleOptions {
  readonly paths: readonly string[]
  readonly threads: number | 'auto'
  /** Per thread. */
  readonly lanes?: number
  /** What a thread may keep in memory, in MiB. */
  readonly threadMemory?: number
  readonly seed?: string
  /** Gateways per profile for scenarios that want one of their own. */
  readonly exclusive: number
  /** What a scenario needs and the target has not is an error. */
  readonly strict: boolean
  /** Times and outcomes are remembered for the next run. */
  readonly history: boolean
  /** Stops the run after so many scenarios that did not pass. */
  readonly maxFailures?: number
  /** Runs everything again and again until something does not pass. */
  readonly untilFail: boolean
  /** What failed waits for Enter before it tidies up. */
  readonly pauseOnFailure: boolean
  /** What scenarios made stays to be looked at. */
  readonly keep: Keep
  /** `virtual`: each scenario has a time of its own, which jumps over what is only waiting. */
  readonly clock: 'real' | 'virtual'
}

/** The main job: checks everything, then runs it. Gives the exit code. */
export async function run(options: RunOptions, project: Project, world: World): Promise<number> {
  if (options.pauseOnFailure) needsKeyboard(world)
  if (options.target !== 'kind') return runAll(options, project, world)
  const tools = askAhead(systemTools(world.env), options.kind.kindCluster)
  try {
    return await runAll({ ...options, tools }, project, world)
  } finally {
    tools.stop()
  }
}

async function runAll(options: RunOptions, project: Project, world: World): Promise<number> {
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  if (loaded.problems.some(({ severity }) => severity === 'error'))
    return tellProblems(options, loaded, world)
  if (options.clock === 'virtual') checkVirtual(options)
  await checkTarget(options, project)
  if (options.strict) refuseUnmet(loaded.scenarios, options.target)
  for (let round = 1; ; round += 1) {
    const seed = seedOf(options, world, round)
    const history = options.history ? readHistory(world) : {}
    const schedule = await scheduleOf(loaded.scenarios, { options, project, history, seed, world })
    const { code, state } = await runOnce({ options: { ...options, seed }, project, loaded, schedule }, world)
    loaded.remember()
    if (options.history) writeHistory(history, state, world)
    if (!options.untilFail || code !== 0) return code
  }
}

export interface OneRun {
  readonly options: RunOptions
  readonly project: Project
  readonly loaded: Loaded
  readonly schedule: Schedule
}

/** Runs what is scheduled, once, with its reports. */
export async function runOnce(
  { options, project, loaded, schedule }: OneRun,
  world: World,
): Promise<{ readonly code: number; readonly state: RunState }> {
  const { scenarios, expected, elsewhere } = schedule
  const output = await openOutput(options, maskOf(scenarios, project, world), world)
  const { sources } = loaded
  const code = await new RunSession({
    options,
    world,
    project,
    scenarios,
    sources,
    expected,
    elsewhere,
    output,
  }).run()
  return { code, state: output.state() }
}

/** What the scenarios that run may read of the environment is in no output. */
function maskOf(scenarios: readonly Scenario[], { description }: Project, { env }: World): Mask {
  return maskFor({ secrets: Object.values(declaredEnv(scenarios, env)), payloads: description.payloads })
}

/** Each round of `--until-fail` has a seed of its own, which makes that round again. */
function seedOf({ seed, untilFail }: RunOptions, world: World, round: number): string {
  const first = seed ?? world.freshSeed()
  return untilFail && round > 1 ? `${first}-${round}` : first
}

function refuseUnmet(scenarios: readonly Scenario[], target: TargetKind): void {
  for (const scenario of scenarios) {
    const reason = unmetReason(scenario, target)
    if (reason !== undefined) throw new UsageError(`--strict: ${scenario.file}:${scenario.line}: ${reason}`)
  }
}
