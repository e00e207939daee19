import { expect, test } from 'vitest'
import { randomFrom } from '../base/random.ts'
import { nameNamespaces } from './namespaces.ts'
import { FakeHost, some } from './testing/fake-host.ts'
import { scenario, span } from './testing/fake-run.ts'

test('the attempts of a lost thread are broken, and run once more elsewhere', async () => {
  const run = new FakeHost(some('a', 'b', 'c', 'd'))
  run.pool.lose(0)
  await run.settle()
  expect(run.of('thread:lost')).toMatchObject([
    { thread: 0, reason: 'out of memory; a was about to begin, c was about to begin' },
  ])
  expect(run.of('attempt:ended')).toMatchObject([
    { scenario: 'a', outcome: 'broken', failure: { code: 'THREAD_LOST' } },
    { scenario: 'c', outcome: 'broken' },
  ])
  expect(run.pool.started).toEqual([0, 1, 0])
  expect(run.verdicts).toEqual([])
  for (const key of ['b#1', 'd#1']) run.pool.finish(key)
  await run.settle()
  expect(run.pool.orders.slice(4).sort()).toEqual(['a#2@0', 'c#2@1'])
  for (const key of ['a#2', 'c#2']) run.pool.finish(key)
  await run.settle()
  expect(run.verdicts.sort()).toEqual(['a passed', 'b passed', 'c passed', 'd passed'])
})

test('an attempt that ended just before its thread was lost has one end and one verdict', async () => {
  const run = new FakeHost([scenario({ id: 'a', exclusive: true })])
  let ready = (): void => undefined
  run.reset = () => new Promise((resolve) => (ready = resolve))
  run.pool.finish('a#1')
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
  run.pool.sweeps = undefined
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

const started = (id: string, thread: number) =>
  ({ type: 'scenario:started', scenario: id, attempt: 1, thread, lane: 0, namespaces: {} }) as const
const step = (id: string, path: string, verb: string) =>
  ({ type: 'step:started', scenario: id, attempt: 1, step: path, verb, title: verb, span }) as const

test('a lost thread tells what it was doing, and the failure points at the step', async () => {
  const run = new FakeHost(some('a', 'b'), { threads: 1, lanes: 2 })
  run.pool.tell(0, started('a', 0))
  run.pool.tell(0, step('a', 'steps.0', 'send'))
  const over = { scenario: 'a', attempt: 1, step: 'steps.0', verb: 'send', outcome: 'passed', ms: 1 } as const
  run.pool.tell(0, { type: 'step:ended', ...over })
  run.pool.tell(0, step('a', 'steps.1', 'together'))
  run.pool.tell(0, step('a', 'steps.1.0', 'wait'))
  run.pool.tell(0, started('b', 0))
  await run.clock.advance(70)
  run.pool.lose(0)
  await run.settle()
  expect(run.of('thread:lost')[0]?.reason).toBe(
    'out of memory; a was in steps.1 (together, a.yaml:1) > steps.1.0 (wait, a.yaml:1), b was between steps',
  )
  expect(run.of('attempt:ended')).toMatchObject([
    {
      scenario: 'a',
      ms: 70,
      failure: {
        message:
          'its thread died while it was in steps.1 (together, a.yaml:1) > steps.1.0 (wait, a.yaml:1): out of memory',
        span,
        notes: ['on the same thread: b'],
      },
    },
    { scenario: 'b', failure: { message: 'its thread died while it was between steps: out of memory' } },
  ])
})

test('one that takes two threads with it is broken, and those beside it are not', async () => {
  const run = new FakeHost(some('a', 'b', 'c'), { threads: 1, lanes: 3 })
  run.pool.lose(0)
  await run.settle()
  // One at a time, so that the second loss has one cause.
  expect(run.pool.orders.slice(3)).toEqual(['a#2@0'])
  run.pool.lose(0)
  await run.settle()
  expect(run.verdicts).toEqual(['a broken'])
  expect(run.of('scenario:ended')).toMatchObject([{ failure: { code: 'THREAD_LOST' }, attempts: 2 }])
  for (const id of ['b', 'c']) {
    expect(run.pool.orders.at(-1)).toBe(`${id}#2@0`)
    run.pool.finish(`${id}#2`)
    await run.settle()
  }
  expect(run.verdicts).toEqual(['a broken', 'b passed', 'c passed'])
  expect(run.finished).toBe(true)
})

test('a thread that works between its losses is made anew each time', async () => {
  const run = new FakeHost(some('a', 'b', 'c', 'd', 'e', 'f'), { threads: 1, lanes: 1 })
  for (let time = 0; time < 6; time += 1) {
    run.pool.lose(0)
    await run.settle()
  }
  expect(run.pool.started).toHaveLength(7)
  expect(run.verdicts).toEqual([])
})

test('what a lost attempt left is swept up by a thread that works, before its locks are free', async () => {
  const run = new FakeHost([scenario({ id: 'a', locks: ['x'] }), scenario({ id: 'b', locks: ['x'] })])
  const { app = '' } = nameNamespaces(scenario().namespaces, ['s', 'a', 1])
  run.pool.sweeps = undefined
  run.pool.tell(0, started('a', 0))
  const path = '/api/v1/signals/prometheus'
  const signals = ['{"a":1}', '{"a":2}'].map((body) => ({ path, headers: {}, body }))
  run.pool.hear(0, { type: 'sending', scenario: 'a', attempt: 1, signals })
  const asked = { method: 'POST', path, requestHeaders: {}, requestBody: '{"a":2}', ms: 1 }
  const exchange = { ...asked, status: 202, body: '{"status":"accepted"}' }
  run.pool.tell(0, { type: 'exchange:seen', scenario: 'a', attempt: 1, step: 'steps.0', exchange })
  run.pool.lose(0)
  await run.settle()
  const [order] = run.pool.sweepOrders
  expect(order).toMatchObject({
    deployment: 'storm',
    namespaces: [app],
    // Nobody knows what became of the first.
    signals: [
      { request: signals[0], status: 0, body: null },
      { request: signals[1], status: 202, body: { status: 'accepted' } },
    ],
  })
  expect(run.pool.orders).toEqual(['a#1@0'])
  expect(run.of('attempt:ended')).toEqual([])
  run.pool.answerSweep(1, [{ what: `namespace ${app}`, reason: 'it was still there', command: 'kubectl' }])
  await run.settle()
  expect(run.of('attempt:ended')).toMatchObject([
    { scenario: 'a', leftovers: [{ what: `namespace ${app}` }] },
  ])
  expect(run.pool.orders.slice(1)).toEqual(['b#1@0'])
})

test('a sweep whose thread is lost is another one’s; what nobody can sweep is listed with its commands', async () => {
  const run = new FakeHost(some('a'))
  const { app = '' } = nameNamespaces(scenario().namespaces, ['s', 'a', 1])
  run.pool.sweeps = undefined
  run.pool.lose(0)
  await run.settle()
  for (let loss = 1; loss <= 6; loss += 1) {
    expect(run.pool.swept).toHaveLength(loss)
    const sweeper = Number(run.pool.swept.at(-1)?.split('@')[1])
    // It came up and did something, so it is made anew.
    run.pool.hear(sweeper, { type: 'fault-end', id: 0 })
    run.pool.lose(sweeper)
    await run.settle()
  }
  expect(run.pool.swept).toHaveLength(6)
  expect(run.of('attempt:ended')).toMatchObject([
    {
      leftovers: [
        {
          what: `namespace ${app}`,
          reason: 'threads were lost removing it',
          command: `kubectl delete namespace ${app}`,
        },
        { what: `Redis keys with ${app} in their names` },
      ],
    },
  ])
  expect(run.pool.orders.at(-1)).toMatch(/^a#2@/)
})

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'threads killed at 50 moments of a run of 100 scenarios: one verdict each, none wrong (seed %i)',
  async (seed) => {
    const random = randomFrom('kill', seed)
    const ids = Array.from({ length: 100 }, (_, index) => `s${index}`)
    const failing = new Set(ids.filter(() => random.below(10) === 0))
    const run = new FakeHost(some(...ids), { threads: 4, lanes: 3 })
    const losses = new Map<string, number>()
    let kills = 50
    for (let moment = 0; !run.finished; moment += 1) {
      expect(moment).toBeLessThan(2000)
      const open = run.pool.open
      const chosen = open[random.below(open.length)]
      if (chosen === undefined) throw new Error(`it hangs after ${run.verdicts.length} verdicts`)
      run.pool.tell(chosen.thread, { ...started(chosen.id, chosen.thread), attempt: chosen.attempt })
      if (kills > 0 && random.below(2) === 0) {
        kills -= 1
        for (const { id, thread } of open)
          if (thread === chosen.thread) losses.set(id, (losses.get(id) ?? 0) + 1)
        run.pool.lose(chosen.thread)
      } else run.pool.finish(chosen.key, failing.has(chosen.id) ? 'failed' : 'passed')
      await run.settle()
    }
    expect(kills).toBe(0)
    const right = ids.map((id) => {
      if ((losses.get(id) ?? 0) === 2) return `${id} broken`
      return failing.has(id) ? `${id} failed` : `${id} passed`
    })
    expect(run.verdicts.sort()).toEqual(right.sort())
    expect(Math.max(...losses.values())).toBeLessThanOrEqual(2)
  },
)
