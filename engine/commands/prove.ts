import { formatDuration } from '../base/duration.ts'
import type { Fault } from '../embedded/gateway/faults/fault.ts'
import { faults as knownFaults, type FaultName } from '../embedded/gateway/faults/index.ts'
import { createJournal } from '../events/journal.ts'
import type { RunState } from '../events/run-state.ts'
import { exitCode } from '../events/exit-code.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { checkFaults, namedFaults } from './embedded-target.ts'
import { printProblems } from './print-problems.ts'
import { loadProject, readProject, type Project } from './project.ts'
import { embeddedOnly } from './provision-target.ts'
import { proofOf, proofText, type FaultEnd, type Proof, type SuiteEnd } from './proof.ts'
import type { RunOptions } from './run.ts'
import { readHistory } from './run-history.ts'
import { RunSession } from './run-session.ts'
import { scheduleOf } from './schedule.ts'
import type { Signal, World } from './world.ts'

export interface ProveOptions extends Pick<
  RunOptions,
  'paths' | 'name' | 'threads' | 'lanes' | 'exclusive' | 'redis' | 'seed' | 'clock'
> {
  /** Names of faults; none = all of them. */
  readonly faults: readonly string[]
  /** How many runs go on side by side; default: as many as there are CPUs. */
  readonly atOnce?: number
  readonly json: boolean
}

/** Runs the suite once per fault of the gateway and says which faults no scenario noticed. Gives the exit code. */
export async function prove(options: ProveOptions, world: World): Promise<number> {
  checkFaults(options.faults)
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, { colour: 'auto' }, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  const request = { options, project, history: readHistory(world), seed: options.seed ?? '', world }
  const { scenarios } = await scheduleOf(loaded.scenarios, request)
  if (scenarios.length === 0) return 4
  return new Proving({ options, world, project, scenarios }).run()
}

interface ProvingRequest {
  readonly options: ProveOptions
  readonly world: World
  readonly project: Project
  readonly scenarios: readonly Scenario[]
}

interface Trial {
  /** None for the gateway as it is documented. */
  readonly fault?: string
  readonly state: RunState
}

class Proving {
  readonly #request: ProvingRequest
  readonly #faults: readonly string[]
  #done = 0
  /** By a signal, or because a run could not be made. */
  #stopped: Signal | 'trouble' | undefined

  constructor(request: ProvingRequest) {
    const { faults } = request.options
    this.#request = request
    this.#faults = faults.length === 0 ? Object.keys(knownFaults) : [...new Set(namedFaults(faults))]
  }

  async run(): Promise<number> {
    const { world, options } = this.#request
    const ignoreSignals = world.onSignal((signal) => {
      this.#stopped = signal
    })
    try {
      // Alone, so that nothing but the suite itself can make it fail.
      const documented = await this.#all([undefined], 1)
      const bent = await this.#all(this.#faults, options.atOnce ?? world.cpus().count)
      const trials = [...documented, ...bent]
      const trouble = trials.map(troubleOf).find((code) => code !== undefined)
      if (trouble !== undefined) return trouble
      if (this.#stopped !== undefined) return this.#stopped === 'SIGINT' ? 130 : 143
      const proof = proofOfTrials(trials)
      this.#print(proof)
      const useless = options.faults.length === 0 ? proof.unmoved : []
      return [proof.unnoticed, proof.unsound, useless].some(({ length }) => length > 0) ? 1 : 0
    } finally {
      ignoreSignals()
    }
  }

  /** In the order of the faults, so many at a time; ends early when it is stopped or a run could not be made. */
  async #all(faults: readonly (string | undefined)[], atOnce: number): Promise<readonly Trial[]> {
    const waiting = [...faults.entries()]
    const trials: Trial[] = []
    const work = async (): Promise<void> => {
      for (
        let next = waiting.shift();
        next !== undefined && this.#stopped === undefined;
        next = waiting.shift()
      ) {
        const [index, fault] = next
        const trial = await this.#try(fault)
        trials[index] = trial
        if (troubleOf(trial) !== undefined) this.#stopped ??= 'trouble'
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    // Where it ended early there are gaps.
    return Object.values(trials)
  }

  async #try(fault: string | undefined): Promise<Trial> {
    const { options, world, project, scenarios } = this.#request
    const journal = createJournal(world.clock, [], (event) => event)
    const session = new RunSession({
      options: { ...embeddedOnly, ...options, faults: fault === undefined ? [] : [fault] },
      world,
      project,
      scenarios,
      sources: new Map(),
      output: {
        tell: journal.tell,
        state: () => journal.state(),
        say: (text) => world.stderr.write(text),
        show: () => undefined,
        lookBy: () => undefined,
        finish: () => Promise.resolve(exitCode(journal.state())),
      },
    })
    await session.run()
    const trial = { state: journal.state(), ...(fault === undefined ? {} : { fault }) }
    this.#tell(trial)
    return trial
  }

  #tell({ fault = 'no fault', state }: Trial): void {
    this.#done += 1
    const { failed, broken } = state.counts
    const time = formatDuration(state.ended?.ms ?? 0)
    const line = `${this.#done} of ${this.#faults.length + 1}: ${fault}, ${failed} failed, ${broken} broken (${time})`
    this.#request.world.stderr.write(`${line}\n`)
  }

  #print(proof: Proof): void {
    const { options, world } = this.#request
    const text = options.json
      ? `${JSON.stringify(proof, undefined, 2)}\n`
      : proofText(proof, { allFaults: options.faults.length === 0 })
    world.stdout.write(text)
  }
}

/** Why the runs say nothing, as an exit code; undefined when this one does. */
function troubleOf({ state }: Trial): number | undefined {
  if (state.ended?.internalError !== undefined) return 70
  if (state.interrupted !== undefined || state.ended?.targetError !== undefined) return exitCode(state)
  return undefined
}

function proofOfTrials(trials: readonly Trial[]): Proof {
  const documented = trials.find(({ fault }) => fault === undefined)
  const bent = trials.flatMap(({ fault, state }) =>
    fault === undefined ? [] : [{ fault, ...aboutFault(fault), ...suiteEnd(state) }],
  )
  return proofOf(suiteEnd(documented?.state), bent)
}

function suiteEnd(state: RunState | undefined): SuiteEnd {
  const ids = (outcome: 'failed' | 'broken' | 'passed'): readonly string[] =>
    (state?.finished ?? []).filter((record) => record.outcome === outcome).map(({ plan }) => plan.id)
  return { failed: ids('failed'), broken: ids('broken'), passed: ids('passed') }
}

/** A preset is no single fault and has no sentence of its own. */
function aboutFault(name: string): Pick<FaultEnd, 'consequence' | 'from'> {
  if (!Object.hasOwn(knownFaults, name)) return { consequence: 'a set of faults' }
  const { consequence, from }: Fault = knownFaults[name as FaultName]
  return { consequence, ...(from === undefined ? {} : { from }) }
}
