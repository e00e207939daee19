import type { Clock } from '../base/clock.ts'
import type { Failure } from '../base/failure.ts'
import type { EventBody, EventOf } from '../events/event.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { FaultDesk } from './fault-desk.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { keeps, keptOf, type Keep } from './keep.ts'
import type { InFlight, Known } from './in-flight.ts'
import { nameNamespaces } from './namespaces.ts'
import type { AttemptOrder } from './protocol.ts'
import { SweepDesk } from './sweep-desk.ts'
import type { Pool } from './thread-pool.ts'

/** A thread that comes to nothing so often in a row is not made anew: its scenarios go to the others. */
const FRUITLESS = 3

export interface LostThreadsOptions {
  readonly clock: Clock
  readonly dispatcher: Dispatcher
  readonly faults: FaultDesk
  readonly inFlight: InFlight
  readonly pool: () => Pick<Pool, 'start' | 'post'>
  readonly emit: (event: EventBody) => void
  readonly seed: string
  readonly keep: Keep
  readonly description: GatewayDescription
  /** Whether an attempt had ended before its thread was lost. */
  readonly isOver: (scenario: string, attempt: number) => boolean
  /** Told of each attempt that ended with its thread. */
  readonly onEnded: (event: AttemptLost) => void
}

export type AttemptLost = Omit<EventOf<'attempt:ended'>, 'seq' | 'at'>

/**
 * What becomes of a thread that died, and of the attempts that it had: the thread is made anew; each attempt is swept up
 * after, keeps its locks until then, and ends as broken.
 */
export class LostThreads {
  readonly #options: LostThreadsOptions
  readonly #sweeps: SweepDesk
  /** Thread → losses in a row without anything to show for. */
  readonly #fruitless = new Map<number, number>()
  readonly #spoke = new Set<number>()
  #turn = 0

  constructor(options: LostThreadsOptions) {
    this.#options = options
    this.#sweeps = new SweepDesk({
      pick: () => this.#pick(),
      post: (thread, order) => options.pool().post(thread, { type: 'sweep', order }),
    })
  }

  /** A thread has said something, so it came up. */
  spoke(thread: number): void {
    this.#spoke.add(thread)
  }

  swept(id: number, leftovers: EventOf<'attempt:ended'>['leftovers']): void {
    this.#sweeps.swept(id, leftovers)
  }

  lost(thread: number, reason: string): void {
    const { dispatcher, faults } = this.#options
    const orders = dispatcher
      .lost(thread)
      .filter(({ scenario, attempt }) => !this.#options.isOver(scenario.id, attempt))
    this.#options.emit({ type: 'thread:lost', thread, reason: this.#story(reason, orders) })
    const mended = faults.lost(thread)
    this.#revive(thread, orders.length > 0 || this.#sweeps.isBusy(thread))
    this.#sweeps.lost(thread)
    for (const order of orders) void this.#end(order, { reason, orders, mended })
  }

  #revive(thread: number, hadWork: boolean): void {
    const losses = this.#spoke.has(thread) && hadWork ? 0 : (this.#fruitless.get(thread) ?? 0) + 1
    this.#fruitless.set(thread, losses)
    this.#spoke.delete(thread)
    if (losses > FRUITLESS) return
    this.#options.pool().start(thread)
    this.#options.dispatcher.revived(thread)
  }

  async #end({ scenario, attempt, deployment }: AttemptOrder, loss: Loss): Promise<void> {
    const { inFlight, clock, seed, keep, description, onEnded, emit } = this.#options
    const known = inFlight.of(scenario.id, attempt)
    await loss.mended
    const namespaces = Object.values(nameNamespaces(scenario.namespaces, [seed, scenario.id, attempt]))
    const failure = failureOf(loss, scenario.id, known)
    const signals = known?.signals ?? []
    const where = deployment === undefined ? {} : { deployment }
    const tidied = keeps(keep, scenario, failure)
      ? { leftovers: [], kept: keptOf(namespaces, description) }
      : { leftovers: await this.#sweeps.sweep({ namespaces, signals, ...where }) }
    const event: AttemptLost = {
      type: 'attempt:ended',
      scenario: scenario.id,
      attempt,
      outcome: 'broken',
      ms: known === undefined ? 0 : Math.round(clock.now() - known.startedAt),
      failure,
      ...tidied,
    }
    emit(event)
    onEnded(event)
  }

  /** The reason, and what the thread was doing. */
  #story(reason: string, orders: readonly AttemptOrder[]): string {
    const doings = orders.map(({ scenario, attempt }) => {
      const known = this.#options.inFlight.of(scenario.id, attempt)
      return `${scenario.id} was ${doing(known)}`
    })
    return doings.length === 0 ? `${reason}; it had nothing to do` : `${reason}; ${doings.join(', ')}`
  }

  /** One after the other, so that much work is not one thread's. */
  #pick(): number | undefined {
    const { threads } = this.#options.dispatcher
    this.#turn += 1
    return threads[this.#turn % Math.max(1, threads.length)]
  }
}

interface Loss {
  readonly reason: string
  /** All that were in flight on it. */
  readonly orders: readonly AttemptOrder[]
  /** Resolves when what it had broken is mended. */
  readonly mended: Promise<void>
}

function failureOf({ reason, orders }: Loss, id: string, known: Known | undefined): Failure {
  const others = orders.map(({ scenario }) => scenario.id).filter((other) => other !== id)
  const span = known?.open.at(-1)?.span
  return {
    outcome: 'broken',
    code: 'THREAD_LOST',
    message: `its thread died while it was ${doing(known)}: ${reason}`,
    ...(span === undefined ? {} : { span }),
    ...(others.length === 0 ? {} : { notes: [`on the same thread: ${others.join(', ')}`] }),
  }
}

function doing(known: Known | undefined): string {
  if (known === undefined) return 'about to begin'
  const { open } = known
  if (open.length === 0) return 'between steps'
  return `in ${open.map(({ step, verb, span }) => `${step} (${verb}, ${span.file}:${span.line})`).join(' > ')}`
}
