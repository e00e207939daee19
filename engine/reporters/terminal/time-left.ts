import type { Event, PlannedScenario } from '../../events/event.ts'
import type { RunState } from '../../events/run-state.ts'

/** How long the scenarios still take that have not ended, from what each is expected to take. */
export class TimeLeft {
  readonly #waiting = new Map<string, number>()
  #lanes = 1

  on(event: Event): void {
    if (event.type === 'run:started') {
      this.#lanes = event.threads * event.lanes
      for (const { id, expected } of event.scenarios) this.#waiting.set(id, expected?.ms ?? 0)
    } else if (event.type === 'scenario:started' || event.type === 'scenario:ended')
      this.#waiting.delete(event.scenario)
  }

  /**
   * Milliseconds from `at`: no less than the longest of them, nor than all of them on the lanes there are. Undefined
   * while nothing is known of any.
   */
  at(state: RunState, at: number): number | undefined {
    const running = [...state.running.values()].map(({ plan, attempts }) =>
      Math.max(0, expectedMs(plan) - (at - (attempts.at(-1)?.startedAt ?? at))),
    )
    let [sum, longest] = [0, 0]
    for (const ms of [...running, ...this.#waiting.values()]) {
      sum += ms
      longest = Math.max(longest, ms)
    }
    const isKnown = sum > 0 || [...state.running.values()].some(({ plan }) => expectedMs(plan) > 0)
    return isKnown ? Math.max(longest, sum / this.#lanes) : undefined
  }
}

function expectedMs({ expected }: PlannedScenario): number {
  return expected?.ms ?? 0
}
