import { expand } from '../embedded/gateway/faults/index.ts'
import type { EventBody } from '../events/event.ts'
import type { RunState } from '../events/run-state.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { SuiteEnd } from './proof.ts'
import { runQuietly, suiteEnd, type Proven, type ProvingRequest } from './proving.ts'

/**
 * Under the virtual clock, where each scenario has a gateway of its own: one run without faults, which shows what each
 * fault could make a difference to, and one run of all that, on the same threads. Rejects with `NotProven`.
 */
export async function proveByTrials(request: ProvingRequest): Promise<Proven> {
  const { world, scenarios, faults } = request
  const touched = new Map<string, ReadonlySet<string>>()
  const first = await runQuietly(request, {
    scenarios: scenarios.map((scenario) => onTrial(scenario, [], true)),
    faults: [],
    onTouched: (id, names) => void touched.set(id, new Set([...(touched.get(id) ?? []), ...names])),
  })
  const documented = suiteEnd(first)
  const passed = new Set(documented.passed)
  const sound = scenarios.filter(({ id }) => passed.has(id))
  const trials = faults.flatMap((fault) =>
    sound
      .filter(({ id }) => expand(fault).some((name) => touched.get(id)?.has(name) === true))
      .map((scenario) => onTrial(scenario, [fault])),
  )
  const { failed, broken } = first.counts
  world.stderr.write(
    `no fault: ${failed} failed, ${broken} broken; ${faults.length} faults could make a difference to ${trials.length} of ${faults.length * sound.length}\n`,
  )
  const progress = new Progress(faults, trials, (line) => {
    world.stderr.write(`${line}\n`)
  })
  if (trials.length === 0) return { documented, bent: faults.map((fault) => ({ fault, ...nothing })) }
  const state = await runQuietly(request, {
    scenarios: trials,
    faults: [],
    onEvent: (event) => progress.on(event),
  })
  return { documented, bent: faults.map((fault) => ({ fault, ...endWith(fault, state) })) }
}

const nothing: SuiteEnd = { failed: [], broken: [], passed: [] }

function onTrial(scenario: Scenario, faults: readonly string[], witness = false): Scenario {
  const trial = { of: scenario.id, faults, witness }
  return { ...scenario, id: [scenario.id, ...faults].join('@'), trial }
}

function endWith(fault: string, state: RunState): SuiteEnd {
  const tail = `@${fault}`
  const own = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => id.endsWith(tail)).map((id) => id.slice(0, -tail.length))
  const { failed, broken, passed } = suiteEnd(state)
  return { failed: own(failed), broken: own(broken), passed: own(passed) }
}

/** What has come of the trials of one fault. */
interface Tally {
  readonly fault: string
  readonly trials: number
  ended: number
  failed: number
  broken: number
}

/** A line for each fault whose last trial has ended. */
class Progress {
  readonly #say: (line: string) => void
  readonly #all: number
  /** By the id of a trial. */
  readonly #tallies = new Map<string, Tally>()
  #done = 0

  constructor(faults: readonly string[], trials: readonly Scenario[], say: (line: string) => void) {
    this.#say = say
    this.#all = faults.length
    for (const fault of faults) {
      const own = trials.filter(({ trial }) => trial?.faults.includes(fault) === true)
      const tally = { fault, trials: own.length, ended: 0, failed: 0, broken: 0 }
      for (const { id } of own) this.#tallies.set(id, tally)
      if (own.length === 0) this.#tell(tally)
    }
  }

  on(event: EventBody): void {
    if (event.type !== 'scenario:ended') return
    const tally = this.#tallies.get(event.scenario)
    if (tally === undefined) return
    tally.ended += 1
    if (event.outcome === 'failed' || event.outcome === 'broken') tally[event.outcome] += 1
    if (tally.ended === tally.trials) this.#tell(tally)
  }

  #tell({ fault, trials, failed, broken }: Tally): void {
    this.#done += 1
    const found =
      trials === 0 ? 'makes no difference to any' : `${failed} of ${trials} failed, ${broken} broken`
    this.#say(`${this.#done} of ${this.#all}: ${fault}, ${found}`)
  }
}
