import type { EventBody } from '../../events/event.ts'
import type { Scenario } from '../../scenario/scenario.ts'

/** What has come of the trials of one fault. */
interface Tally {
  readonly fault: string
  readonly trials: number
  ended: number
  failed: number
  broken: number
  told: boolean
}

export interface ProgressOptions {
  readonly faults: readonly string[]
  readonly trials: readonly Scenario[]
  /** Whether a fault is done with as soon as one scenario has noticed it. */
  readonly soon: boolean
  readonly say: (line: string) => void
}

/** A line for each fault that is done with. */
export class Progress {
  readonly #options: ProgressOptions
  /** By the id of a trial. */
  readonly #tallies = new Map<string, Tally>()
  #done = 0

  constructor(options: ProgressOptions) {
    this.#options = options
    for (const fault of options.faults) {
      const own = options.trials.filter(({ trial }) => trial?.faults.includes(fault) === true)
      const tally = { fault, trials: own.length, ended: 0, failed: 0, broken: 0, told: false }
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
    const isDone = tally.ended === tally.trials || (this.#options.soon && tally.failed > 0)
    if (isDone && !tally.told) this.#tell(tally)
  }

  #tell(tally: Tally): void {
    tally.told = true
    this.#done += 1
    const { fault, trials, ended, failed, broken } = tally
    const found =
      trials === 0 ? 'makes no difference to any' : `${failed} of ${ended} failed, ${broken} broken`
    this.#options.say(`${this.#done} of ${this.#options.faults.length}: ${fault}, ${found}`)
  }
}
