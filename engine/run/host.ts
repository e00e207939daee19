import { describeError } from '../base/failure.ts'
import type { EventBody, EventOf } from '../events/event.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { builtInDescription, descriptions } from '../gateway/index.ts'
import { byThread } from './assignment.ts'
import { Dispatcher, type Ended } from './dispatcher.ts'
import { FaultDesk } from './fault-desk.ts'
import type { Host, HostEnd, HostLook, HostOptions } from './host-options.ts'
import { InFlight } from './in-flight.ts'
import { LostThreads, type AttemptLost } from './lost-threads.ts'
import { Pace } from './pace.ts'
import type { FromThread, Told } from './protocol.ts'
import { attemptEnd, scenarioEnd, soFar } from './scenario-end.ts'
import { ThreadPool, type Pool } from './thread-pool.ts'
import { taskFor } from './thread-task.ts'
import { gapWarning, verdict, type AttemptEnd } from './verdict.ts'

export function startHost(options: HostOptions): Host {
  const running = new Running(options)
  return {
    done: running.run(),
    cancel: (reason) => running.cancel(reason),
    resume: (scenario, attempt) => running.resume(scenario, attempt),
    look: () => running.look(),
    kill: () => running.kill(),
  }
}

class Running {
  readonly #options: HostOptions
  readonly #dispatcher: Dispatcher
  readonly #pool: Pool
  readonly #pace: Pace | undefined
  readonly #faults: FaultDesk
  readonly #scenarios: ReadonlyMap<string, Scenario>
  readonly #ends = new Map<string, AttemptEnd[]>()
  /** Attempts that have ended, of which a lost thread can say nothing more. */
  readonly #over = new Set<string>()
  readonly #inFlight: InFlight
  readonly #losses: LostThreads
  #cancelled: string | undefined
  #pumpsSoon = false
  #laneMs = 0
  #firstStart: number | undefined
  #lastEnd = 0
  #finish: (() => void) | undefined

  constructor(options: HostOptions) {
    const { threads, lanes, target, entry, seed, description } = options
    const makePool = options.makePool ?? ((wanted) => new ThreadPool(wanted))
    this.#options = options
    this.#scenarios = new Map(options.scenarios.map((scenario) => [scenario.id, scenario]))
    this.#faults = new FaultDesk({ target, answer: (thread, answer) => this.#pool.post(thread, answer) })
    const slowed = { clock: options.clock, threads, lag: () => this.#pool.lag(), onReady: () => this.#pump() }
    this.#pace = options.paced === true ? new Pace(slowed) : undefined
    const { deployments } = target
    const isolated = target.virtual !== undefined
    const { needless } = options
    const dismiss = needless && ((scenario: Scenario) => this.#dismiss(scenario, needless(scenario)))
    this.#dispatcher = new Dispatcher({ threads, lanes, deployments, isolated, pace: this.#pace, dismiss })
    this.#pool = makePool({
      clock: options.clock,
      threads,
      entry,
      task: taskFor(options),
      onMessage: (thread, message) => this.#onMessage(thread, message),
      onLost: (thread, reason) => {
        this.#losses.lost(thread, reason)
        // The thread in its place sweeps up, and shall not wait for anything either.
        if (this.#cancelled !== undefined)
          this.#pool.post(thread, { type: 'cancel', reason: this.#cancelled })
        this.#pump()
      },
      workers: options.workers,
      ...options.limits,
    })
    this.#inFlight = new InFlight(options.clock)
    this.#losses = new LostThreads({
      clock: options.clock,
      dispatcher: this.#dispatcher,
      faults: this.#faults,
      inFlight: this.#inFlight,
      keep: options.keep ?? 'never',
      description: descriptions[description] ?? builtInDescription,
      seed,
      isOver: (scenario, attempt) => this.#over.has(`${scenario}#${attempt}`),
      pool: () => this.#pool,
      emit: (event) => this.#tell(event),
      onEnded: (event) => this.#attemptEnded(event),
    })
  }

  async run(): Promise<HostEnd> {
    const { clock, scenarios, threads, lanes } = this.#options
    const startedAt = clock.now()
    const forget = this.#options.target.credentials?.subscribe((connection) =>
      this.#pool.broadcast({ type: 'connection', connection }),
    )
    for (let thread = 0; thread < threads; thread += 1) this.#pool.start(thread)
    this.#dispatcher.add(...scenarios.map((scenario) => ({ scenario, attempt: 1 })))
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve
    })
    this.#pump()
    await finished
    const share = this.#laneMs / Math.max(1, (clock.now() - startedAt) * threads * lanes)
    this.#pace?.close()
    await this.#pool.close()
    forget?.()
    return { busy: Math.min(1, share), makespanMs: Math.max(0, this.#lastEnd - (this.#firstStart ?? 0)) }
  }

  cancel(reason: string): void {
    if (this.#cancelled !== undefined) return
    this.#cancelled = reason
    for (const { scenario } of this.#dispatcher.drop())
      this.#neverRan(scenario, { outcome: 'cancelled', reason })
    this.#pool.broadcast({ type: 'cancel', reason })
    this.#pump()
  }

  resume(scenario: string, attempt: number): void {
    this.#pool.broadcast({ type: 'resume', scenario, attempt })
  }

  look(): HostLook {
    return { blocked: this.#dispatcher.blocked(), silent: this.#pool.silences() }
  }

  kill(): Promise<void> {
    return this.#pool.kill()
  }

  #pump(): void {
    this.#pumpsSoon = false
    for (const [thread, orders] of byThread(this.#dispatcher.next()))
      this.#pool.post(thread, { type: 'attempts', orders })
    if (!this.#dispatcher.hasThreads) this.#giveUp()
    if (this.#dispatcher.idle) this.#finish?.()
  }

  #onMessage(thread: number, message: FromThread): void {
    this.#losses.spoke(thread)
    if (message.type === 'fault' || message.type === 'fault-end') void this.#faults.take(thread, message)
    // What comes of it reaches every thread; while nothing does, they go on trying.
    else if (message.type === 'refused') this.#options.target.credentials?.renew().catch(() => undefined)
    else if (message.type === 'touched') this.#options.onTouched?.(message.scenario, message.faults)
    else if (message.type === 'sending') this.#inFlight.sending(message)
    else if (message.type === 'swept') this.#losses.swept(message.id, message.leftovers)
    else if (message.type === 'lane-free') {
      this.#lastEnd = this.#options.clock.now()
      this.#dispatcher.laneFree(message.scenario, message.attempt)
      this.#pump()
    } else for (const told of message.events) this.#onEvent(told)
  }

  #onEvent({ event, wall }: Told): void {
    this.#tell(event, wall)
    if (event.type === 'scenario:started') this.#firstStart ??= this.#options.clock.now()
    if (event.type === 'attempt:ended') this.#attemptEnded(event)
  }

  #tell(event: EventBody, wall?: number): void {
    this.#options.emit(event, wall)
    this.#inFlight.on(event)
  }

  #attemptEnded(event: AttemptLost): void {
    const { scenario: id, attempt, ms } = event
    if (this.#over.has(`${id}#${attempt}`)) return
    this.#over.add(`${id}#${attempt}`)
    this.#laneMs += ms
    const scenario = this.#scenarios.get(id)
    if (scenario === undefined) return
    const ends = this.#ends.get(id) ?? []
    this.#ends.set(id, [...ends, attemptEnd(event)])
    const reset = this.#resetAfter(scenario, attempt)
    if (reset === undefined) this.#afterReset(scenario, attempt)
    else void reset.then(() => this.#afterReset(scenario, attempt))
  }

  #afterReset(scenario: Scenario, attempt: number): void {
    if (this.#options.target.virtual !== undefined) this.#lastEnd = this.#options.clock.now()
    const place = this.#dispatcher.ended(scenario.id, attempt)
    this.#decide(scenario, attempt, place)
    // Ends that were told together are made up for together.
    if (this.#pumpsSoon) return
    this.#pumpsSoon = true
    queueMicrotask(() => this.#pump())
  }

  /** An exclusive deployment is made anew before the next scenario gets it. */
  #resetAfter({ id, exclusive }: Scenario, attempt: number): Promise<void> | undefined {
    const deployment = this.#dispatcher.deploymentOf(id, attempt)
    if (!exclusive || deployment === undefined) return undefined
    return this.#options.target.reset(deployment).catch((error: unknown) => {
      const text = `${deployment} could not be reset: ${describeError(error)}`
      this.#options.emit({ type: 'warning:raised', scenario: id, attempt, text })
    })
  }

  #decide(scenario: Scenario, attempt: number, place: Ended | undefined): void {
    const thread = place?.thread
    const version = this.#versionOf(place?.order.deployment)
    const ends = this.#ends.get(scenario.id) ?? []
    const today = new Date(this.#options.clock.wall()).toISOString().slice(0, 10)
    const judged = verdict(scenario, ends, { today, ...(version === undefined ? {} : { version }) })
    if (judged.again && this.#cancelled === undefined) {
      this.#dispatcher.add({
        scenario,
        attempt: attempt + 1,
        ...(thread === undefined ? { suspect: true } : { avoid: thread }),
      })
      return
    }
    const warning = gapWarning(scenario, version)
    if (warning !== undefined)
      this.#options.emit({ type: 'warning:raised', scenario: scenario.id, attempt, text: warning })
    this.#options.emit(scenarioEnd(scenario.id, ends, judged))
  }

  #versionOf(deployment: string | undefined): string | undefined {
    return this.#options.target.deployments.find(({ name }) => name === deployment)?.version
  }

  /** Ends a scenario that still waited, for its first attempt or for another one. */
  #neverRan(
    scenario: Scenario,
    why: Pick<EventOf<'scenario:ended'>, 'outcome' | 'reason' | 'failure'>,
  ): void {
    this.#options.emit({ ...why, ...soFar(scenario.id, this.#ends.get(scenario.id) ?? []) })
  }

  #dismiss(scenario: Scenario, reason: string | undefined): boolean {
    if (reason !== undefined) this.#neverRan(scenario, { outcome: 'skipped', reason })
    return reason !== undefined
  }

  #giveUp(): void {
    const failure = { outcome: 'broken', code: 'NO_THREAD', message: 'no thread is left to run it' } as const
    for (const { scenario } of this.#dispatcher.drop())
      this.#neverRan(scenario, { outcome: 'broken', failure })
  }
}
