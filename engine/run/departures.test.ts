import { setMaxListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { KubeClient, KubeObject } from '../cluster/types.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Departures } from './departures.ts'

/** Namespaces that are there, and how often somebody listed them. */
function stage(...names: readonly string[]) {
  const clock = new ManualClock()
  const there = new Set(names)
  const seen = { lists: 0, gone: [] as string[] }
  const fail: { with?: Error } = {}
  const client: Pick<KubeClient, 'list'> = {
    list: () => {
      seen.lists += 1
      if (fail.with !== undefined) return Promise.reject(fail.with)
      const items = [...there].map((name): KubeObject => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      }))
      return Promise.resolve({ items, resourceVersion: '1' })
    },
  }
  const departures = new Departures({ client, clock, labelSelector: 'run' })
  const signal = new AbortController()
  setMaxListeners(0, signal.signal)
  const wait = (name: string): Promise<void> =>
    departures.left(name, clock.now(), signal.signal).then(
      () => void seen.gone.push(name),
      (error: unknown) => void seen.gone.push(`${name}: ${(error as Error).message}`),
    )
  return { clock, there, seen, fail, wait, signal }
}

test('who is gone is told at the next look, whoever else is still there', async () => {
  const { clock, there, seen, wait } = stage('one', 'two')
  void wait('one')
  void wait('two')
  await clock.advance(1000)
  expect(seen.gone).toEqual([])
  there.delete('two')
  await clock.advance(250)
  expect(seen.gone).toEqual(['two'])
  there.delete('one')
  await clock.advance(250)
  expect(seen.gone).toEqual(['two', 'one'])
})

test('a hundred need no more lists than one, and nobody looks when nobody waits', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `n-${index}`)
  const { clock, there, seen, wait } = stage(...names)
  for (const name of names) void wait(name)
  await clock.advance(10_000)
  expect(seen.lists).toBeLessThan(50)
  there.clear()
  await clock.advance(250)
  expect(seen.gone).toHaveLength(100)
  const before = seen.lists
  await clock.advance(10_000)
  expect([seen.lists, clock.pending]).toEqual([before, 0])
})

test('a list that was asked for before somebody came does not judge him', async () => {
  const { clock, there, seen, wait } = stage('one')
  void wait('one')
  void wait('never there')
  await clock.advance(0)
  expect(seen.gone).toEqual([])
  await clock.advance(25)
  expect(seen.gone).toEqual(['never there'])
  there.clear()
  await clock.advance(250)
})

test('as long as one after the other goes, nobody gives up', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `n-${index}`)
  const { clock, there, seen, wait } = stage('stays', ...names)
  for (const name of ['stays', ...names]) void wait(name)
  for (const name of names) {
    await clock.advance(20_000)
    there.delete(name)
  }
  await clock.advance(29_000)
  expect(seen.gone).toEqual(names)
  await clock.advance(1500)
  expect(seen.gone).toEqual([...names, 'stays'])
  expect(clock.pending).toBe(0)
})

test('time without any progress, a list that fails and a stop end the waiting', async () => {
  const { clock, seen, fail, wait, signal } = stage('one', 'two', 'three')
  void wait('one')
  await clock.advance(30_250)
  expect(seen.gone).toEqual(['one'])
  void wait('two')
  fail.with = new Error('refused')
  await clock.advance(500)
  expect(seen.gone).toEqual(['one', 'two: refused'])
  delete fail.with
  void wait('three')
  await clock.advance(500)
  signal.abort(new Error('stopped'))
  await clock.advance(250)
  expect(seen.gone).toEqual(['one', 'two: refused', 'three: stopped'])
  expect(clock.pending).toBe(0)
})
