import type { Failure } from '../../base/failure.ts'
import type { EventBody, EventType, Leftover } from '../../events/event.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Deployment } from '../../targets/target.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { startHost } from '../host.ts'
import type { HostOptions } from '../host-options.ts'
import type { AttemptOrder, FromThread, SweepOrder, ToThread } from '../protocol.ts'
import type { Pool, ThreadPoolOptions } from '../thread-pool.ts'
import type { Silence } from '../thread-watchdog.ts'
import { scenario } from './fake-run.ts'

type Outcome = Extract<EventBody, { type: 'attempt:ended' }>['outcome']

export interface OpenAttempt {
  readonly key: string
  readonly id: string
  readonly attempt: number
  readonly thread: number
}

/** Threads that do what the test says. */
export class FakePool implements Pool {
  readonly #options: ThreadPoolOptions
  readonly #open = new Map<string, OpenAttempt>()
  readonly started: number[] = []
  /** What a sweep leaves; undefined: it is not answered. */
  sweeps: readonly Leftover[] | undefined = []
  readonly posted: { readonly thread: number; readonly message: ToThread }[] = []
  /** By how many milliseconds loops are late. */
  late = 0
  closed = false
  killed = false

  constructor(options: ThreadPoolOptions) {
    this.#options = options
  }

  lag(): number {
    return this.late
  }

  start(thread: number): void {
    this.started.push(thread)
  }

  post(thread: number, message: ToThread): void {
    this.posted.push({ thread, message })
    if (message.type === 'attempts') for (const order of message.orders) this.#remember(thread, order)
    if (message.type !== 'sweep' || this.sweeps === undefined) return
    this.#options.onMessage(thread, { type: 'swept', id: message.order.id, leftovers: this.sweeps })
  }

  /** Every sweep so far, as `namespaces@thread`. */
  get swept(): string[] {
    return this.posted.flatMap(({ thread, message }) =>
      message.type === 'sweep' ? [`${message.order.namespaces.join()}@${thread}`] : [],
    )
  }

  get sweepOrders(): SweepOrder[] {
    return this.posted.flatMap(({ message }) => (message.type === 'sweep' ? [message.order] : []))
  }

  answerSweep(id: number, leftovers: readonly Leftover[]): void {
    this.#options.onMessage(0, { type: 'swept', id, leftovers })
  }

  /** Attempts that were ordered and have neither ended nor lost their thread. */
  get open(): readonly OpenAttempt[] {
    return [...this.#open.values()]
  }

  end(thread: number, reason: string): void {
    for (const [key, attempt] of this.#open) if (attempt.thread === thread) this.#open.delete(key)
    this.#options.onLost(thread, reason)
  }

  silences(): readonly Silence[] {
    return []
  }

  tell(thread: number, event: EventBody): void {
    this.hear(thread, { type: 'events', events: [{ event, wall: this.#options.clock.wall() }] })
  }

  hear(thread: number, message: FromThread): void {
    this.#options.onMessage(thread, message)
  }

  #remember(thread: number, order: AttemptOrder): void {
    const key = keyOf(order)
    this.#open.set(key, { key, id: order.scenario.id, attempt: order.attempt, thread })
  }

  broadcast(message: ToThread): void {
    this.posted.push({ thread: -1, message })
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }

  kill(): Promise<void> {
    this.killed = true
    return Promise.resolve()
  }

  /** Every order so far, as `id#attempt@thread`. */
  get orders(): string[] {
    return this.posted.flatMap(({ thread, message }) =>
      message.type === 'attempts' ? message.orders.map((order) => `${keyOf(order)}@${thread}`) : [],
    )
  }

  finish(key: string, outcome: Outcome = 'passed', ms = 10): void {
    const [id = '', attempt] = key.split('#')
    this.#open.delete(key)
    const failure: Failure | undefined =
      outcome === 'failed' || outcome === 'broken' || outcome === 'cancelled'
        ? { outcome, code: 'TEST', message: `${key} ${outcome}` }
        : undefined
    const event = {
      type: 'attempt:ended',
      scenario: id,
      attempt: Number(attempt),
      outcome,
      ms,
      ...(failure === undefined ? {} : { failure }),
      leftovers: [],
    } as const
    this.#options.onMessage(0, { type: 'events', events: [{ event, wall: this.#options.clock.wall() }] })
  }

  freeLane(id: string): void {
    this.#options.onMessage(0, { type: 'lane-free', lane: 0, scenario: id, attempt: 1 })
  }

  lose(thread: number): void {
    this.end(thread, 'out of memory')
  }
}

export function keyOf({ scenario: { id }, attempt }: AttemptOrder): string {
  return `${id}#${attempt}`
}

const storm: Deployment = {
  name: 'storm',
  profile: 'storm',
  exclusive: false,
  namespace: 'gwscen-storm',
  version: 'documented',
  configuration: {},
}

/** A host over fake threads. */
export class FakeHost {
  readonly clock = new ManualClock()
  readonly events: EventBody[] = []
  readonly resets: string[] = []
  reset: () => Promise<void> = () => Promise.resolve()
  readonly pool: FakePool
  readonly host
  finished = false
  share = -1

  /** `late`: by how many milliseconds loops are late, from the first. */
  constructor(scenarios: readonly Scenario[], more: Partial<HostOptions> = {}, late = 0) {
    const pools: FakePool[] = []
    this.host = startHost({
      run: 'r',
      seed: 's',
      scenarios,
      target: {
        name: 'embedded',
        connection: { server: 'https://127.0.0.1:1' },
        deployments: [storm, { ...storm, name: 'storm-x1', exclusive: true }],
        redis: 'redis',
        gateway: 'gateway',
        access: [],
        reset: (name) => {
          this.resets.push(name)
          return this.reset()
        },
        close: () => Promise.resolve(),
      },
      description: 'kubernaut-2025-11',
      allowedKinds: [],
      threads: 2,
      lanes: 2,
      env: {},
      clock: this.clock,
      entry: 'none',
      emit: (event) => this.events.push(event),
      makePool: (options) => {
        const pool = new FakePool(options)
        pool.late = late
        pools.push(pool)
        return pool
      },
      ...more,
    })
    this.pool = pools[0] ?? new FakePool({} as ThreadPoolOptions)
    void this.host.done.then(({ busy }) => {
      this.finished = true
      this.share = busy
    })
  }

  settle(): Promise<void> {
    return this.clock.advance(0)
  }

  of<T extends EventType>(type: T): Extract<EventBody, { type: T }>[] {
    return this.events.filter((event): event is Extract<EventBody, { type: T }> => event.type === type)
  }

  /** `id outcome` of every scenario that has ended. */
  get verdicts(): string[] {
    return this.of('scenario:ended').map(({ scenario: id, outcome }) => `${id} ${outcome}`)
  }
}

export const some = (...ids: readonly string[]): Scenario[] => ids.map((id) => scenario({ id }))
