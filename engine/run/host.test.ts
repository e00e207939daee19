import { expect, test } from 'vitest'
import { FakeHost, some } from './testing/fake-host.ts'
import { scenario } from './testing/fake-run.ts'

test('every scenario runs once and gets one verdict; then the threads are closed', async () => {
  const run = new FakeHost(some('a', 'b', 'c', 'd', 'e'))
  expect(run.pool.started).toEqual([0, 1])
  expect(run.pool.orders).toEqual(['a#1@0', 'c#1@0', 'b#1@1', 'd#1@1'])
  run.pool.finish('b#1', 'failed')
  await run.settle()
  expect(run.pool.orders.at(-1)).toBe('e#1@1')
  await run.clock.advance(25)
  for (const id of ['a', 'c', 'd', 'e']) run.pool.finish(`${id}#1`)
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
  run.pool.finish('a#1', 'broken')
  await run.settle()
  expect(run.pool.orders).toEqual(['a#1@0', 'a#2@1'])
  run.pool.finish('a#2', 'broken')
  await run.settle()
  expect(run.of('scenario:ended')).toMatchObject([
    { outcome: 'broken', attempts: 2, ms: 20, failure: { message: 'a#2 broken' } },
  ])
  expect(run.finished).toBe(true)
})

test('a failed one runs again as often as it may, and is then flaky', async () => {
  const run = new FakeHost([scenario({ id: 'a', retries: 1 })])
  run.pool.finish('a#1', 'failed')
  await run.settle()
  run.pool.finish('a#2')
  await run.settle()
  expect(run.of('scenario:ended')).toMatchObject([
    { outcome: 'flaky', attempts: 2, failure: { message: 'a#1 failed' } },
  ])
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
  run.pool.finish('a#1', 'cancelled')
  await run.settle()
  expect(run.verdicts).toEqual(['b cancelled', 'c cancelled', 'a cancelled'])
  expect(run.finished).toBe(true)
})

test('after a cancel nothing runs again, and what happened is told', async () => {
  const run = new FakeHost(some('a', 'b'), { threads: 2, lanes: 1 })
  run.host.cancel('enough')
  run.pool.finish('a#1', 'broken')
  run.pool.lose(1)
  await run.settle()
  expect(run.verdicts.sort()).toEqual(['a broken', 'b broken'])
  expect(run.pool.orders).toHaveLength(2)
  expect(run.pool.started).toEqual([0, 1, 1])
  expect(run.pool.posted).toContainEqual({ thread: 1, message: { type: 'cancel', reason: 'enough' } })
  expect(run.finished).toBe(true)
})

test('an exclusive gateway is reset before the next scenario gets it', async () => {
  const alone = (id: string) => scenario({ id, exclusive: true })
  const run = new FakeHost([alone('a'), alone('b'), scenario({ id: 'c' })])
  expect(run.pool.orders).toEqual(['a#1@0', 'c#1@1'])
  let ready = (): void => undefined
  run.reset = () => new Promise((resolve) => (ready = resolve))
  run.pool.finish('a#1')
  await run.settle()
  expect(run.pool.orders).toHaveLength(2)
  ready()
  await run.settle()
  expect(run.pool.orders.at(-1)).toBe('b#1@0')
  run.reset = () => Promise.reject(new Error('redis is gone'))
  run.pool.finish('b#1')
  run.pool.finish('c#1')
  await run.settle()
  expect(run.resets).toEqual(['storm-x1', 'storm-x1'])
  expect(run.of('warning:raised')).toMatchObject([
    { scenario: 'b', text: 'storm-x1 could not be reset: redis is gone' },
  ])
  expect(run.finished).toBe(true)
})

test('a scenario is skipped when nobody needs it any more at its turn', async () => {
  let isKnown = false
  const run = new FakeHost(some('a', 'b', 'c', 'd'), {
    threads: 1,
    lanes: 1,
    needless: ({ id }) => (isKnown && id !== 'd' ? `${id} is known` : undefined),
  })
  expect(run.pool.orders).toEqual(['a#1@0'])
  isKnown = true
  run.pool.finish('a#1', 'failed')
  await run.settle()
  expect(run.pool.orders).toEqual(['a#1@0', 'd#1@0'])
  expect(run.of('scenario:ended').slice(1)).toMatchObject([
    { scenario: 'b', outcome: 'skipped', attempts: 0, reason: 'b is known' },
    { scenario: 'c', outcome: 'skipped', attempts: 0, reason: 'c is known' },
  ])
  run.pool.finish('d#1')
  await run.settle()
  expect(run.finished).toBe(true)
})

test('a run whose last scenarios are needless ends', async () => {
  let isKnown = false
  const needless = (): string | undefined => (isKnown ? 'known' : undefined)
  const run = new FakeHost(some('a', 'b'), { threads: 1, lanes: 1, needless })
  isKnown = true
  run.pool.finish('a#1')
  await run.settle()
  expect(run.verdicts).toEqual(['a passed', 'b skipped'])
  expect(run.finished).toBe(true)
})

test('a kill goes to the threads', async () => {
  const run = new FakeHost(some('a'))
  await run.host.kill()
  expect(run.pool.killed).toBe(true)
})

test('while loops are late, attempts at a gateway start one after the other, and others at once', async () => {
  const { profile: _, ...none } = scenario({ id: 'c' })
  const run = new FakeHost([...some('a', 'b'), none], { paced: true }, 30)
  expect(run.pool.orders).toEqual(['a#1@0', 'c#1@1'])
  await run.clock.advance(209)
  expect(run.pool.orders).toHaveLength(2)
  await run.clock.advance(1)
  expect(run.pool.orders).toEqual(['a#1@0', 'c#1@1', 'b#1@0'])
})
