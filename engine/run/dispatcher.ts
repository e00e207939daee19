import type { Scenario } from '../scenario/scenario.ts'
import type { Deployment } from '../targets/target.ts'
import type { Assignment } from './assignment.ts'
import { Locks, type LockWish } from './locks.ts'
import type { Pace } from './pace.ts'
import type { AttemptOrder } from './protocol.ts'
import { WaitingQueue, type Waiting } from './waiting-queue.ts'

/** An attempt that is over, and the thread that it was on unless that is gone. */
export interface Ended {
  readonly thread?: number
  readonly order: AttemptOrder
}

/** An attempt that cannot start yet. */
export interface Blocked {
  readonly scenario: string
  readonly attempt: number
  /** `lock x, which a has`; `a lane`. */
  readonly waitsFor: readonly string[]
}

export interface DispatcherOptions {
  readonly threads: number
  readonly lanes: number
  readonly deployments: readonly Deployment[]
  /** Each attempt has a target of its own, so that none keeps another one waiting. */
  readonly isolated?: boolean
  /** Slows down the starts of attempts at a gateway; absent where nothing needs to. */
  readonly pace?: Pick<Pace, 'isOpen' | 'started'> | undefined
  /** Ends a scenario whose turn has come though nobody needs it any more, and tells whether it did. */
  readonly dismiss?: ((scenario: Scenario) => boolean) | undefined
}

/** So many at most does a thread get ahead of its lanes, and no more than this share of its part of what waits. */
const MOST_AHEAD = 64
const SHARE_AHEAD = 1 / 16

const NOBODY: ReadonlySet<number | undefined> = new Set()

interface Flight {
  /** Undefined when it is gone. */
  thread: number | undefined
  readonly suspect: boolean
  readonly slot: number
  /** Until its last step is over; then the slot may be another one's. */
  hasSlot: boolean
  readonly order: AttemptOrder
  readonly locks: readonly LockWish[]
}

/**
 * Decides which attempt starts where; knows no threads, ports or time. One queue for all: a free lane takes the first
 * attempt whose locks are free, on the thread with the fewest in flight. Locks are kept until the attempt has tidied up.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #locks = new Locks()
  readonly #queue = new WaitingQueue()
  readonly #flights = new Map<string, Flight>()
  /** By thread. A slot is a lane, or stands behind one. */
  readonly #busySlots: readonly Set<number>[]
  readonly #lost = new Set<number>()

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#busySlots = Array.from({ length: options.threads }, () => new Set<number>())
  }

  add(...waiting: readonly Waiting[]): void {
    this.#queue.add(...waiting)
  }

  /** Empties the queue; what is in flight goes on. */
  drop(): readonly Waiting[] {
    return this.#queue.drop()
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#flights.size === 0
  }

  /** Whether any thread may still take an attempt. */
  get hasThreads(): boolean {
    return this.#lost.size < this.#options.threads
  }

  /** Where an attempt in flight runs. */
  deploymentOf(scenario: string, attempt: number): string | undefined {
    return this.#flights.get(keyOf(scenario, attempt))?.order.deployment
  }

  /** Everything that can start now. */
  next(): readonly Assignment[] {
    const started: Assignment[] = []
    const take = (waiting: Waiting): boolean => {
      if (this.#options.dismiss?.(waiting.scenario) === true) return true
      const assignment = this.#assign(waiting)
      if (assignment !== undefined) started.push(assignment)
      return assignment !== undefined
    }
    this.#queue.offer(take, () => this.#hasSlot())
    return started
  }

  /** Who waits, in the order of the queue, for what, and who has that. */
  blocked(): readonly Blocked[] {
    return this.#queue.inOrder().map(({ scenario, attempt, suspect = false, avoid }) => {
      const wanted = this.#candidates(scenario).map((deployment) => this.#locksOf(scenario, deployment))
      const missing = [...new Set(wanted.flatMap((wishes) => this.#locks.missing(wishes)))]
      const isFree = wanted.some((wishes) => this.#locks.missing(wishes).length === 0)
      if (!isFree)
        return { scenario: scenario.id, attempt, waitsFor: missing.map((name) => this.#held(name)) }
      const hasLane = this.#freestThread(avoid, suspect) !== undefined
      return { scenario: scenario.id, attempt, waitsFor: hasLane ? [] : ['a lane'] }
    })
  }

  /** `lock x, which a has`. */
  #held(name: string): string {
    const holders = [...this.#flights.values()]
      .filter(({ locks }) => locks.some((lock) => lock.name === name))
      .map(({ order }) => order.scenario.id)
    return `${name}, which ${holders.join(', ')} ${holders.length === 1 ? 'has' : 'have'}`
  }

  #assign({ scenario, attempt, avoid, suspect = false }: Waiting): Assignment | undefined {
    const thread = this.#freestThread(avoid, suspect)
    if (thread === undefined) return undefined
    const pace = scenario.profile === undefined ? undefined : this.#options.pace
    if (pace?.isOpen() === false) return undefined
    for (const deployment of this.#candidates(scenario)) {
      const locks = this.#locksOf(scenario, deployment)
      if (!this.#locks.tryTake(locks)) continue
      const slot = this.#freeSlot(thread)
      const order = {
        scenario,
        attempt,
        lane: slot % this.#options.lanes,
        ...(deployment === undefined ? {} : { deployment: deployment.name }),
      }
      pace?.started()
      this.#busySlots[thread]?.add(slot)
      this.#flights.set(keyOf(scenario.id, attempt), { thread, suspect, slot, hasSlot: true, order, locks })
      return { thread, order }
    }
    return undefined
  }

  /** Deployments that would do; `[undefined]` for a scenario that needs none. */
  #candidates({ profile, exclusive }: Scenario): readonly (Deployment | undefined)[] {
    if (profile === undefined) return [undefined]
    return this.#options.deployments.filter((one) => one.profile === profile && one.exclusive === exclusive)
  }

  #locksOf(scenario: Scenario, deployment: Deployment | undefined): readonly LockWish[] {
    return this.#options.isolated === true ? [] : locksOf(scenario, deployment)
  }

  #freestThread(avoid: number | undefined, suspect: boolean): number | undefined {
    const suspected = suspect ? this.#suspected() : NOBODY
    const most = this.#slots()
    const free = this.#busySlots
      .map((busy, thread) => ({ thread, busy: busy.size }))
      .filter(({ thread, busy }) => busy < most && !this.#lost.has(thread) && !suspected.has(thread))
      .sort((a, b) => a.busy - b.busy || a.thread - b.thread)
    const other = free.find(({ thread }) => thread !== avoid)
    const onlyOne = this.#options.threads - this.#lost.size === 1
    return (other ?? (onlyOne ? free[0] : undefined))?.thread
  }

  #suspected(): ReadonlySet<number | undefined> {
    const flights = [...this.#flights.values()]
    return new Set(flights.flatMap((one) => (one.suspect ? [one.thread] : [])))
  }

  #hasSlot(): boolean {
    const most = this.#slots()
    return this.#busySlots.some(({ size }, thread) => size < most && !this.#lost.has(thread))
  }

  /** A thread whose attempts wait for nothing has more to go on with than lanes, as asking takes longer; unless all may be needless. */
  #slots(): number {
    const { lanes, threads, isolated = false, dismiss } = this.#options
    const ahead =
      isolated && dismiss === undefined ? Math.floor((this.#queue.length / threads) * SHARE_AHEAD) : 0
    return lanes + Math.min(MOST_AHEAD, ahead)
  }

  #freeSlot(thread: number): number {
    const busy = this.#busySlots[thread]
    let slot = 0
    while (busy?.has(slot) === true) slot += 1
    return slot
  }

  /** The lane of an attempt may take another; it goes on tidying up. */
  laneFree(scenario: string, attempt: number): void {
    const flight = this.#flights.get(keyOf(scenario, attempt))
    if (flight?.hasSlot !== true) return
    flight.hasSlot = false
    if (flight.thread !== undefined) this.#busySlots[flight.thread]?.delete(flight.slot)
  }

  /** The attempt is over; gives back what was ordered, or undefined when it was not in flight. */
  ended(scenario: string, attempt: number): Ended | undefined {
    const key = keyOf(scenario, attempt)
    const flight = this.#flights.get(key)
    if (flight === undefined) return undefined
    this.laneFree(scenario, attempt)
    this.#flights.delete(key)
    this.#locks.release(flight.locks)
    const { thread, order } = flight
    return { order, ...(thread === undefined ? {} : { thread }) }
  }

  /** What was in flight on a thread that died; it keeps its locks until it has `ended`. The thread takes no more until `revived`. */
  lost(thread: number): readonly AttemptOrder[] {
    this.#lost.add(thread)
    const flights = [...this.#flights.values()].filter((flight) => flight.thread === thread)
    for (const flight of flights) {
      this.laneFree(flight.order.scenario.id, flight.order.attempt)
      flight.thread = undefined
    }
    return flights.map(({ order }) => order)
  }

  /** Threads that work. */
  get threads(): readonly number[] {
    return this.#busySlots.map((_, thread) => thread).filter((thread) => !this.#lost.has(thread))
  }

  revived(thread: number): void {
    this.#lost.delete(thread)
  }
}

function keyOf(scenario: string, attempt: number): string {
  return `${scenario}#${attempt}`
}

function locksOf(scenario: Scenario, deployment: Deployment | undefined): readonly LockWish[] {
  const named = scenario.locks.map((name) => ({ name: `lock ${name}`, shared: false }))
  if (deployment === undefined) return named
  return [
    ...named,
    { name: `deployment ${deployment.name}`, shared: !scenario.exclusive && !scenario.serial },
  ]
}
