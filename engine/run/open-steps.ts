import type { EventBody } from '../events/event.ts'

/** The steps of one attempt that have begun and not ended, for saying what is waited for. */
export class OpenSteps {
  readonly #open = new Map<string, string>()

  on(event: EventBody): void {
    if (event.type === 'step:started') this.#open.set(event.step, `${event.step} (${event.title})`)
    else if (event.type === 'step:ended') this.#open.delete(event.step)
    else if (event.type === 'step:waiting' && event.seen !== undefined)
      this.#open.set(event.step, `${event.step}, which has seen ${event.seen}`)
  }

  waiting(): readonly string[] {
    const open = [...this.#open.values()].map((text) => `waiting: ${text}`)
    return open.length === 0 ? ['waiting: the set-up or the clean-up, no step is open'] : open
  }
}
