import type { Event } from '../../events/event.ts'
import { AttemptTeller, barOf } from './attempt-teller.ts'
import { Chunks } from './chunks.ts'
import type { AttemptBar, ScenarioStory } from './model.ts'

/** What the index keeps of a scenario whose story is put away. */
export interface PutAway {
  readonly chunk: number
  readonly bars: readonly AttemptBar[]
}

/** Follows a run. Of a scenario that has ended nothing stays in memory but its bars and what it shrank to. */
export class Collector {
  readonly chunks = new Chunks()
  readonly #open = new Map<string, AttemptTeller[]>()
  readonly #putAway = new Map<string, PutAway>()
  readonly #threads = new Map<number, { readyAt?: number; lostAt?: number }>()
  #last = 0

  see(event: Event): void {
    this.#last = Math.max(this.#last, event.at)
    if (event.type === 'thread:ready') this.#threads.set(event.thread, { readyAt: event.at })
    else if (event.type === 'thread:lost')
      this.#threads.set(event.thread, { ...this.#threads.get(event.thread), lostAt: event.at })
    else if (event.type === 'scenario:started') this.#begin(event.scenario, new AttemptTeller(event))
    else if (event.type === 'scenario:ended') this.#end(event.scenario)
    else if ('scenario' in event && 'attempt' in event) this.#tellerOf(event)?.see(event)
  }

  /** Puts away what was cut off. */
  finish(): void {
    for (const scenario of [...this.#open.keys()]) this.#end(scenario)
  }

  /** When the last thing was told. */
  get last(): number {
    return this.#last
  }

  putAway(scenario: string): PutAway | undefined {
    return this.#putAway.get(scenario)
  }

  threadTimes(thread: number): { readonly readyAt?: number; readonly lostAt?: number } {
    return this.#threads.get(thread) ?? {}
  }

  #begin(scenario: string, teller: AttemptTeller): void {
    const earlier = this.#open.get(scenario)
    if (earlier === undefined) this.#open.set(scenario, [teller])
    else earlier.push(teller)
  }

  #end(scenario: string): void {
    const tellers = this.#open.get(scenario)
    if (tellers === undefined) return
    this.#open.delete(scenario)
    const attempts = tellers.map((teller) => teller.story())
    const chunk = this.chunks.add(`scenario:${scenario}`, { attempts } satisfies ScenarioStory)
    this.#putAway.set(scenario, { chunk, bars: attempts.map((story) => barOf(story, this.#last)) })
  }

  #tellerOf({
    scenario,
    attempt,
  }: {
    readonly scenario: string
    readonly attempt: number
  }): AttemptTeller | undefined {
    return this.#open.get(scenario)?.findLast((teller) => teller.attempt === attempt)
  }
}
