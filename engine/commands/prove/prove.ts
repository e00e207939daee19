import { faults as knownFaults } from '../../embedded/gateway/faults/index.ts'
import { checkFaults, namedFaults } from '../embedded-target.ts'
import { printProblems } from '../print-problems.ts'
import { loadProject, readProject } from '../project.ts'
import { aboutFault } from './about-fault.ts'
import { proofOf, proofText, type Proof } from './proof.ts'
import { proveByRuns } from './by-runs.ts'
import { proveByTrials } from './by-trials.ts'
import { NotProven } from './proving.ts'
import type { RunOptions } from '../run.ts'
import { readHistory } from '../run-history.ts'
import { scheduleOf } from '../schedule.ts'
import type { World } from '../world.ts'

export interface ProveOptions extends Pick<
  RunOptions,
  'paths' | 'name' | 'lanes' | 'exclusive' | 'redis' | 'seed' | 'clock'
> {
  /** Names of faults; none = all of them. */
  readonly faults: readonly string[]
  /** Of each run; default: `auto` under the virtual clock, where runs are one after the other, else 1. */
  readonly threads?: number | 'auto'
  /** Whether each scenario is tried with each fault that could make a difference to it, also after all is known. */
  readonly matrix: boolean
  /** How many runs go on side by side in real time; default: as many as there are CPUs. */
  readonly atOnce?: number
  readonly json: boolean
}

/** Runs the suite with each fault of the gateway and says which faults no scenario noticed. Gives the exit code. */
export async function prove(asked: ProveOptions, world: World): Promise<number> {
  // Who names faults wants to know all who notice them.
  const matrix = asked.matrix || asked.faults.length > 0
  // What a fault could make a difference to shows in a run with the very seed with which it is then tried.
  const options = { ...asked, matrix, seed: asked.seed ?? world.freshSeed() }
  checkFaults(options.faults)
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, { colour: 'auto' }, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  const request = { options, project, history: readHistory(world), seed: options.seed, world }
  const { scenarios } = await scheduleOf(loaded.scenarios, request)
  if (scenarios.length === 0) return 4
  const faults =
    options.faults.length === 0 ? Object.keys(knownFaults) : [...new Set(namedFaults(options.faults))]
  const proving = { options, world, project, scenarios, faults }
  try {
    const { documented, bent, trials } = await (options.clock === 'virtual' ? proveByTrials : proveByRuns)(
      proving,
    )
    const ends = bent.map((end) => ({ ...end, ...aboutFault(end.fault) }))
    const proof = proofOf(documented, ends, trials)
    return told(proof, options, world)
  } catch (error) {
    if (error instanceof NotProven) return error.exitCode
    throw error
  }
}

/** Prints what was found and gives the exit code. */
function told(proof: Proof, { faults, json }: ProveOptions, world: World): number {
  const allFaults = faults.length === 0
  world.stdout.write(json ? `${JSON.stringify(proof, undefined, 2)}\n` : proofText(proof, { allFaults }))
  const useless = allFaults ? proof.unmoved : []
  return [proof.unnoticed, proof.unsound, useless].some(({ length }) => length > 0) ? 1 : 0
}
