import { select } from '../plan/select.ts'
import { checkFaults, type EmbeddedFlags } from './embedded-target.ts'
import { printProblems } from './print-problems.ts'
import { loadProject, type Project } from './project.ts'
import { openOutput, type OutputOptions } from './run-output.ts'
import { RunSession } from './run-session.ts'
import type { World } from './world.ts'

export interface RunOptions extends EmbeddedFlags, OutputOptions {
  readonly paths: readonly string[]
  readonly threads: number | 'auto'
  /** Per thread. */
  readonly lanes?: number
  readonly name?: RegExp
  readonly seed?: string
  /** Gateways per profile for scenarios that want one of their own. */
  readonly exclusive: number
}

/** The main job: checks everything, then runs it. Gives the exit code. */
export async function run(options: RunOptions, project: Project, world: World): Promise<number> {
  checkFaults(options.faults)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  const scenarios = select(loaded.scenarios, options)
  const output = openOutput(options, loaded.sources, world)
  return new RunSession({ options, world, project, scenarios, output }).run()
}
