import { expect, test } from 'vitest'
import type { Failure } from '../base/failure.ts'
import type { EventBody, EventType } from '../events/event.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Deployment } from '../targets/target.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { startHost } from './host.ts'
import type { HostOptions } from './host-options.ts'
import type { AttemptOrder, ToThread } from './protocol.ts'
import type { Pool, ThreadPoolOptions } from './thread-pool.ts'
import { scenario } from './testing/fake-run.ts'

type Outcome = Extract<EventBody, { type: 'attempt:ended' }>['outcome']

/** Threads that do what the test says. */
class FakePool implements Pool {
  readonly #options: ThreadPoolOptions
  readonly started: number[] = []
  readonly posted: { readonly thread: number; readonly message: ToThread }[] = []
  closed = false
  killed = false

  constructor(options: ThreadPoolOptions) {
    this.#options = options
  }

  start(thread: number): void {
    this.started.push(thread)
  }

  post(thread: number, message: ToThread): void {
    this.posted.push({ thread, message })
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
      message.type === 'attempt' ? [`${keyOf(message.order)}@${thread}`] : [],
    )
  }

  end(key: string, outcome: Outcome = 'passed', ms = 10): void {
    const [id = '', attempt] = key.split('#')
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
    this.#options.onMessage(0, { type: 'events', events: [event] })
  }

  freeLane(id: string): void {
    this.#options.onMessage(0, { type: 'lane-free', lane: 0, scenario: id, attempt: 1 })
  }

  lose(thread: number): void {
    this.#options.onLost(thread, 'out of memory')
  }
}

function keyOf({ scenario: { id }, attempt }: AttemptOrder): string {
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
class FakeHost {
  readonly clock = new ManualClock()
  readonly events: EventBody[] = []
  readonly resets: string[] = []
  reset: () => Promise<void> = () => Promise.resolve()
  readonly pool: FakePool
  readonly host
  finished = false
  share = -1

  constructor(scenarios: readonly Scenario[], more: Partial<HostOptions> = {}) {
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

const some = (...ids: readonly string[]): Scenario[] => ids.map((id) => scenario({ id }))

test('every scenario runs once and gets one verdict; then the threads are closed', async () => {
  const run = new FakeHost(some('a', 'b', 'c', 'd', 'e'))
  expect(run.pool.started).toEqual([0, 1])
  expect(run.pool.orders).toEqual(['a#1@0', 'b#1@1', 'c#1@0', 'd#1@1'])
  run.pool.end('b#1', 'failed')
  await run.settle()
  expect(run.pool.orders.at(-1)).toBe('e#1@1')
  await run.clock.advance(25)
  for (const id of ['a', 'c', 'd', 'e']) run.pool.end(`${id}#1`)
  await run.settle()
  expect(run.verdicts.sort()).toEqual(['a passed', 'b failed', 'c passed', 'd passed', 'e passed'])
  expect(run.finished && run.pool.closed).toBe(true)
  expect(run.share).toBe(0.5)
})

test('a run of nothing is over at once', async () => {
  const run = new FakeHost([])
  await run.settle()
  expect(run.finished).toBe(true)
})

test('a free lane takes the next scenario while the one before tidies up', () => {
  const run = new FakeHost(some('a', 'b', 'c'), { threads: 1, lanes: 2 })
  run.pool.freeLane('a')
  expect(run.pool.orders).toEqual(['a#1@0', 'b#1@0', 'c#1@0'])
  expect(run.verdicts).toEqual([])
})

test('a broken attempt runs again once, on another thread', async () => {
  const run = new FakeHost(some('a'))
  run.pool.end('a#1', 'broken')
  await run.settle()
  expect(run.pool.orders).toEqual(['a#1@0', 'a#2@1'])
  run.pool.end('a#2', 'broken')
  await run.settle()
  expect(run.of('scenario:ended')).toMatchObject([
    { outcome: 'broken', attempts: 2, ms: 20, failure: { message: 'a#2 broken' } },
  ])
  expect(run.finished).toBe(true)
})

test('a failed one runs again as often as it may, and is then flaky', async () => {
  const run = new FakeHost([scenario({ id: 'a', retries: 1 })])
  run.pool.end('a#1', 'failed')
  await run.settle()
  run.pool.end('a#2')
  await run.settle()
  expect(run.of('scenario:ended')).toMatchObject([
    { outcome: 'flaky', attempts: 2, failure: { message: 'a#1 failed' } },
  ])
})

test('the attempts of a lost thread are broken, and run once more elsewhere', async () => {
  const run = new FakeHost(some('a', 'b', 'c', 'd'))
  run.pool.lose(0)
  await run.settle()
  expect(run.of('thread:lost')).toMatchObject([{ thread: 0, reason: 'out of memory' }])
  expect(run.of('attempt:ended')).toMatchObject([
    { scenario: 'a', outcome: 'broken', failure: { code: 'THREAD_LOST' } },
    { scenario: 'c', outcome: 'broken' },
  ])
  expect(run.pool.started).toEqual([0, 1, 0])
  expect(run.verdicts).toEqual([])
  for (const key of ['b#1', 'd#1']) run.pool.end(key)
  await run.settle()
  expect(run.pool.orders.slice(4).sort()).toEqual(['a#2@1', 'c#2@1'])
  for (const key of ['a#2', 'c#2']) run.pool.end(key)
  await run.settle()
  expect(run.verdicts.sort()).toEqual(['a passed', 'b passed', 'c passed', 'd passed'])
})

test('an attempt that ended just before its thread was lost has one end and one verdict', async () => {
  const run = new FakeHost([scenario({ id: 'a', exclusive: true })])
  let ready = (): void => undefined
  run.reset = () => new Promise((resolve) => (ready = resolve))
  run.pool.end('a#1')
  await run.settle()
  run.pool.lose(0)
  ready()
  await run.settle()
  expect(run.of('attempt:ended')).toHaveLength(1)
  expect(run.verdicts).toEqual(['a passed'])
  expect(run.finished).toBe(true)
})

test('a thread that dies again and again is given up; with the last one the run ends, broken', async () => {
  const run = new FakeHost(some('a', 'b', 'c'), { threads: 1, lanes: 1 })
  for (let time = 0; time < 4; time += 1) {
    run.pool.lose(0)
    await run.settle()
  }
  expect(run.pool.started).toHaveLength(4)
  expect(run.finished).toBe(true)
  expect(run.verdicts.sort()).toEqual(['a broken', 'b broken', 'c broken'])
  expect(
    run
      .of('scenario:ended')
      .map(({ failure }) => failure?.code)
      .sort(),
  ).toContain('NO_THREAD')
})

test('a cancel starts nothing more, tells the threads, and waits for what is in flight', async () => {
  const run = new FakeHost(some('a', 'b', 'c'), { threads: 1, lanes: 1 })
  run.host.cancel('stopped by SIGINT')
  run.host.cancel('again')
  expect(run.of('scenario:ended')).toMatchObject([
    { scenario: 'b', outcome: 'cancelled', attempts: 0, reason: 'stopped by SIGINT' },
    { scenario: 'c', outcome: 'cancelled' },
  ])
  const told = run.pool.posted.filter(({ message }) => message.type === 'cancel')
  expect(told).toHaveLength(1)
  expect(run.finished).toBe(false)
  run.pool.end('a#1', 'cancelled')
  await run.settle()
  expect(run.verdicts).toEqual(['b cancelled', 'c cancelled', 'a cancelled'])
  expect(run.finished).toBe(true)
})

test('after a cancel nothing runs again, and what happened is told', async () => {
  const run = new FakeHost(some('a', 'b'), { threads: 2, lanes: 1 })
  run.host.cancel('enough')
  run.pool.end('a#1', 'broken')
  run.pool.lose(1)
  await run.settle()
  expect(run.verdicts.sort()).toEqual(['a broken', 'b broken'])
  expect(run.pool.orders).toHaveLength(2)
  expect(run.pool.started).toEqual([0, 1])
  expect(run.finished).toBe(true)
})

test('an exclusive gateway is reset before the next scenario gets it', async () => {
  const alone = (id: string) => scenario({ id, exclusive: true })
  const run = new FakeHost([alone('a'), alone('b'), scenario({ id: 'c' })])
  expect(run.pool.orders).toEqual(['a#1@0', 'c#1@1'])
  let ready = (): void => undefined
  run.reset = () => new Promise((resolve) => (ready = resolve))
  run.pool.end('a#1')
  await run.settle()
  expect(run.pool.orders).toHaveLength(2)
  ready()
  await run.settle()
  expect(run.pool.orders.at(-1)).toBe('b#1@0')
  run.reset = () => Promise.reject(new Error('redis is gone'))
  run.pool.end('b#1')
  run.pool.end('c#1')
  await run.settle()
  expect(run.resets).toEqual(['storm-x1', 'storm-x1'])
  expect(run.of('warning:raised')).toMatchObject([
    { scenario: 'b', text: 'storm-x1 could not be reset: redis is gone' },
  ])
  expect(run.finished).toBe(true)
})

test('a kill goes to the threads', async () => {
  const run = new FakeHost(some('a'))
  await run.host.kill()
  expect(run.pool.killed).toBe(true)
})
