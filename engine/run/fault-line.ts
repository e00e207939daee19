import { Broken } from '../base/failure.ts'
import type { Outage } from '../base/outage.ts'
import type { FaultAnswer, FromThread } from './protocol.ts'

type Repair = () => Promise<void>

/** A thread's line to the host, which alone can break parts of the target. */
export class FaultLine {
  readonly #post: (message: FromThread) => void
  readonly #asked = new Map<number, (answer: FaultAnswer) => void>()
  #last = 0

  constructor(post: (message: FromThread) => void) {
    this.#post = post
  }

  /** Resolves when the outage is in force; rejects with `Broken` when the target cannot make it. */
  async begin(deployment: string, outage: Outage): Promise<Repair> {
    this.#last += 1
    const id = this.#last
    await this.#ask({ type: 'fault', id, deployment, outage })
    return () => this.#ask({ type: 'fault-end', id })
  }

  answered(answer: FaultAnswer): void {
    const told = this.#asked.get(answer.id)
    this.#asked.delete(answer.id)
    told?.(answer)
  }

  async #ask(message: Extract<FromThread, { readonly id: number }>): Promise<void> {
    const answer = new Promise<FaultAnswer>((resolve) => this.#asked.set(message.id, resolve))
    this.#post(message)
    const { problem } = await answer
    if (problem !== undefined) throw new Broken({ code: 'NO_FAULT', message: problem })
  }
}
