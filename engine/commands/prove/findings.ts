import type { EventBody } from '../../events/event.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Trial } from '../../scenario/trial.ts'

/** What trials have shown so far: which faults were noticed, and which scenarios noticed any. */
export class Findings {
  readonly #trials: ReadonlyMap<string, Trial | undefined>
  readonly #noticed = new Set<string>()
  readonly #moved = new Set<string>()

  constructor(trials: readonly Scenario[]) {
    this.#trials = new Map(trials.map(({ id, trial }) => [id, trial]))
  }

  on(event: EventBody): void {
    if (event.type !== 'scenario:ended' || event.outcome !== 'failed') return
    const trial = this.#trials.get(event.scenario)
    if (trial === undefined) return
    for (const fault of trial.faults) this.#noticed.add(fault)
    this.#moved.add(trial.of)
  }

  /** Why a trial would show nothing new, if so. */
  needless({ trial }: Scenario): string | undefined {
    if (trial === undefined || !this.#moved.has(trial.of)) return undefined
    if (!trial.faults.every((fault) => this.#noticed.has(fault))) return undefined
    return `${trial.faults.join(', ')} was noticed before, and ${trial.of} has noticed a fault`
  }
}
