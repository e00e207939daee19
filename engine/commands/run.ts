import { maskFor, type Mask } from '../events/mask.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { unmetReason } from '../plan/select.ts'
import { declaredEnv } from './declared-env.ts'
import { checkFaults, type EmbeddedFlags } from './embedded-target.ts'
import { printProblems } from './print-problems.ts'
import { loadProject, type Project } from './project.ts'
import { tellProblems } from './tell-problems.ts'
import { openOutput, type OutputOptions } from './run-output.ts'
import { readHistory, writeHistory } from './run-history.ts'
import { RunSession } from './run-session.ts'
import { scheduleOf, type ScheduleOptions } from './schedule.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

export interface RunOptions extends EmbeddedFlags, OutputOptions, ScheduleOptions {
  readonly paths: readonly string[]
  readonly threads: number | 'auto'
  /** Per thread. */
  readonly lanes?: number
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
}

/** The main job: checks everything, then runs it. Gives the exit code. */
export async function run(options: RunOptions, project: Project, world: World): Promise<number> {
  checkFaults(options.faults)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  if (loaded.problems.some(({ severity }) => severity === 'error'))
    return tellProblems(options, loaded, world)
  if (options.strict) refuseUnmet(loaded.scenarios)
  for (let round = 1; ; round += 1) {
    const seed = seedOf(options, world, round)
    const history = options.history ? readHistory(world) : {}
    const request = { options, project, history, seed, world }
    const { scenarios, expected } = await scheduleOf(loaded.scenarios, request)
    const output = await openOutput(options, maskOf(scenarios, project, world), world)
    const code = await new RunSession({
      options: { ...options, seed },
      world,
      project,
      scenarios,
      sources: loaded.sources,
      expected,
      output,
    }).run()
    if (options.history) writeHistory(history, output.state(), world)
    if (!options.untilFail || code !== 0) return code
  }
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

function refuseUnmet(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) {
    const reason = unmetReason(scenario)
    if (reason !== undefined) throw new UsageError(`--strict: ${scenario.file}:${scenario.line}: ${reason}`)
  }
}
