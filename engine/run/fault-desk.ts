import { describeError } from '../base/failure.ts'
import type { Target } from '../targets/target.ts'
import type { FaultAnswer, FromThread } from './protocol.ts'

export interface FaultDeskOptions {
  readonly target: Pick<Target, 'name' | 'deployments' | 'fault'>
  readonly answer: (thread: number, answer: FaultAnswer) => void
}

type Asked = Extract<FromThread, { readonly type: 'fault' | 'fault-end' }>

/** Breaks parts of the target as threads ask for it, and mends them again: at the latest when the thread is gone. */
export class FaultDesk {
  readonly #options: FaultDeskOptions
  readonly #undo = new Map<string, () => Promise<void>>()

  constructor(options: FaultDeskOptions) {
    this.#options = options
  }

  /** Never rejects. */
  async take(thread: number, message: Asked): Promise<void> {
    const { id } = message
    try {
      if (message.type === 'fault') await this.#begin(keyOf(thread, id), message)
      else await this.#end(keyOf(thread, id))
      this.#options.answer(thread, { type: 'fault-answer', id })
    } catch (error) {
      this.#options.answer(thread, { type: 'fault-answer', id, problem: describeError(error) })
    }
  }

  /** Mends what a thread that died has broken. */
  async lost(thread: number): Promise<void> {
    const keys = [...this.#undo.keys()].filter((key) => key.startsWith(keyOf(thread, '')))
    await Promise.allSettled(keys.map((key) => this.#end(key)))
  }

  async #begin(
    key: string,
    { deployment, outage }: Extract<Asked, { readonly type: 'fault' }>,
  ): Promise<void> {
    const { target } = this.#options
    const isOwn = target.deployments.some(({ name, exclusive }) => name === deployment && exclusive)
    if (!isOwn) throw new Error(`${deployment} serves other scenarios, too, so nothing of it is broken`)
    if (target.fault === undefined) throw new Error(`the target ${target.name} cannot make faults`)
    this.#undo.set(key, await target.fault(deployment, outage))
  }

  async #end(key: string): Promise<void> {
    const undo = this.#undo.get(key)
    this.#undo.delete(key)
    await undo?.()
  }
}

function keyOf(thread: number, id: number | string): string {
  return `${thread}/${id}`
}
