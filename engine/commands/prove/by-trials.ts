import { expand } from '../../embedded/gateway/faults/index.ts'
import type { RunState } from '../../events/run-state.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { aboutFault } from './about-fault.ts'
import { Findings } from './findings.ts'
import { likelyFirst } from './likely-first.ts'
import type { SuiteEnd } from './proof.ts'
import { runQuietly, suiteEnd, type Proven, type ProvingRequest } from './proving.ts'
import { Progress } from './trial-progress.ts'

/**
 * Under the virtual clock, where each scenario has a gateway of its own: one run without faults, which shows what each
 * fault could make a difference to, and one run of that, which tries no more than it must to know which faults and
 * scenarios are of no use, unless all shall be tried. Rejects with `NotProven`.
 */
export async function proveByTrials(request: ProvingRequest): Promise<Proven> {
  const { options, world, scenarios, faults } = request
  const say = (line: string): void => world.stderr.write(`${line}\n`)
  const touched = new Map<string, ReadonlySet<string>>()
  const threads = options.threads ?? 'auto'
  const first = await runQuietly(request, {
    scenarios: scenarios.map((scenario) => onTrial(scenario, [], true)),
    ...{ threads, faults: [] },
    trying: {
      onTouched: (id, names) => void touched.set(id, new Set([...(touched.get(id) ?? []), ...names])),
    },
  })
  const documented = suiteEnd(first)
  const passed = new Set(documented.passed)
  const sound = scenarios.filter(({ id }) => passed.has(id))
  const pairs = faults.flatMap((fault) =>
    sound
      .filter(({ id }) => expand(fault).some((name) => touched.get(id)?.has(name) === true))
      .map((scenario) => ({ scenario, fault })),
  )
  const trials = likelyFirst(pairs, (fault) => Object.values(aboutFault(fault)).join(' ')).map(
    ({ scenario, fault }) => onTrial(scenario, [fault]),
  )
  const { failed, broken } = first.counts
  const matter = `${faults.length} faults could make a difference to ${trials.length} of ${faults.length * sound.length}`
  say(`no fault: ${failed} failed, ${broken} broken; ${matter}`)
  const progress = new Progress({ faults, trials, soon: !options.matrix, say })
  if (trials.length === 0) return { documented, bent: faults.map((fault) => ({ fault, ...nothing })) }
  const findings = new Findings(trials)
  const state = await runQuietly(request, {
    scenarios: trials,
    ...{ threads, faults: [] },
    trying: options.matrix ? {} : { needless: (trial) => findings.needless(trial) },
    onEvent: (event) => {
      findings.on(event)
      progress.on(event)
    },
  })
  return {
    documented,
    bent: faults.map((fault) => ({ fault, ...endWith(fault, state) })),
    trials: { made: trials.length - state.counts.skipped, of: trials.length },
  }
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
