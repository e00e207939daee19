import type { Event, EventOf, PlannedScenario } from '../../events/event.ts'
import type { RunState } from '../../events/run-state.ts'

/** How long the scenarios still take that have not ended, from what each is expected to take. */
export class TimeLeft {
  readonly #waiting = new Map<string, number>()
  readonly #expected = new Map<string, number>()
  #lanes = 1
  #isKnown = false
  #ended = 0
  #beyond = 0

  on(event: Event): void {
    if (event.type === 'run:started') {
      this.#lanes = event.threads * event.lanes
      for (const { id, expected } of event.scenarios) {
        this.#waiting.set(id, expected?.ms ?? 0)
        this.#expected.set(id, expected?.ms ?? 0)
        this.#isKnown ||= (expected?.ms ?? 0) > 0
      }
    } else if (event.type === 'scenario:started') this.#waiting.delete(event.scenario)
    else if (event.type === 'scenario:ended') this.#end(event)
  }

  #end({ scenario, ms, attempts }: EventOf<'scenario:ended'>): void {
    this.#waiting.delete(scenario)
    if (attempts === 0) return
    this.#ended += 1
    this.#beyond += ms - (this.#expected.get(scenario) ?? 0)
  }

  /** By how much each has taken longer than was expected, on an average: what is guessed from files knows no machine. */
  get #delay(): number {
    return Math.max(0, this.#beyond / Math.max(1, this.#ended))
  }

  /**
   * Milliseconds from `at`: no less than the longest of them, nor than all of them on the lanes there are. Undefined
   * while nothing is known of any.
   */
  at(state: RunState, at: number): number | undefined {
    const running = [...state.running.values()].map(({ plan, attempts }) =>
      Math.max(0, expectedMs(plan) + this.#delay - (at - (attempts.at(-1)?.startedAt ?? at))),
    )
    let [sum, longest] = [0, 0]
    const waiting = [...this.#waiting.values()].map((ms) => ms + this.#delay)
    for (const ms of [...running, ...waiting]) {
      sum += ms
      longest = Math.max(longest, ms)
    }
    return this.#isKnown ? Math.max(longest, sum / this.#lanes) : undefined
  }
}

function expectedMs({ expected }: PlannedScenario): number {
  return expected?.ms ?? 0
}
