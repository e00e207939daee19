import { presets } from '../embedded/gateway/faults/index.ts'
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
      .filter(({ id }) => singly(fault).some((name) => touched.get(id)?.has(name) === true))
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

/** A preset is a set of faults. */
function singly(fault: string): readonly string[] {
  return fault in presets ? presets[fault as keyof typeof presets] : [fault]
}

function endWith(fault: string, state: RunState): SuiteEnd {
  const tail = `@${fault}`
  const own = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => id.endsWith(tail)).map((id) => id.slice(0, -tail.length))
  const { failed, broken, passed } = suiteEnd(state)
  return { failed: own(failed), broken: own(broken), passed: own(passed) }
}

/** A line for each fault whose last trial has ended. */
class Progress {
  readonly #say: (line: string) => void
  readonly #all: number
  readonly #faultOf = new Map<string, string>()
  readonly #left = new Map<string, number>()
  readonly #counts = new Map<string, { failed: number; broken: number; trials: number }>()
  #done = 0

  constructor(faults: readonly string[], trials: readonly Scenario[], say: (line: string) => void) {
    this.#say = say
    this.#all = faults.length
    for (const { id, trial } of trials) {
      const [fault = ''] = trial?.faults ?? []
      this.#faultOf.set(id, fault)
      this.#left.set(fault, (this.#left.get(fault) ?? 0) + 1)
    }
    for (const fault of faults) if (!this.#left.has(fault)) this.#tell(fault)
  }

  on(event: EventBody): void {
    if (event.type !== 'scenario:ended') return
    const fault = this.#faultOf.get(event.scenario)
    if (fault === undefined) return
    const counts = this.#counts.get(fault) ?? { failed: 0, broken: 0, trials: 0 }
    counts.trials += 1
    if (event.outcome === 'failed' || event.outcome === 'broken') counts[event.outcome] += 1
    this.#counts.set(fault, counts)
    const left = (this.#left.get(fault) ?? 0) - 1
    this.#left.set(fault, left)
    if (left === 0) this.#tell(fault)
  }

  #tell(fault: string): void {
    this.#done += 1
    const { failed, broken, trials } = this.#counts.get(fault) ?? { failed: 0, broken: 0, trials: 0 }
    const found =
      trials === 0 ? 'makes no difference to any' : `${failed} of ${trials} failed, ${broken} broken`
    this.#say(`${this.#done} of ${this.#all}: ${fault}, ${found}`)
  }
}
