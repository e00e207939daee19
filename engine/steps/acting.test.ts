import { expect, test } from 'vitest'
import type { Failed } from '../base/failure.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { StepContext } from './context.ts'
import { note } from './note.ts'
import { patch } from './patch.ts'
import { set } from './set.ts'
import { apiError } from './testing/memory-cluster.ts'
import { FakeWorld, NAMESPACE, TYPE, thrownBy, ticket } from './testing/fake-context.ts'
import { wait } from './wait.ts'

type Patch = Parameters<NonNullable<typeof patch.run>>[0]

async function change(world: FakeWorld, input: Patch): Promise<unknown> {
  return patch.run(input, world.context(input))
}

test('patch merges into exactly one object, and gives it as it now is', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('a', { spec: { x: 1, y: 2 } }))
  const result = await change(world, { crd: TYPE.kind, name: 'a', merge: { spec: { x: null, z: 3 } } })
  expect(result).toMatchObject({ object: { spec: { y: 2, z: 3 } } })
})

test('patch of the status goes to the subresource', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('a'))
  const asked: unknown[] = []
  const context: StepContext = {
    ...world.context(),
    client: Object.assign(world.cluster, {
      patch: (_: unknown, ref: unknown, request: unknown) => {
        asked.push(ref, request)
        return Promise.resolve(ticket('a'))
      },
    }),
  }
  await patch.run({ crd: TYPE.kind, status: { overallPhase: 'Completed' } }, context)
  expect(asked).toEqual([
    { namespace: NAMESPACE, name: 'a' },
    { merge: { status: { overallPhase: 'Completed' } }, status: true },
  ])
})

test('patch refuses to choose, and to do nothing', async () => {
  const world = new FakeWorld()
  const input = { crd: TYPE.kind, merge: {} }
  expect(await thrownBy(change(world, input))).toMatchObject({ code: 'NOT_ONE_OBJECT' })
  world.cluster.put(TYPE, ticket('a'))
  world.cluster.put(TYPE, ticket('b'))
  const error = await thrownBy(change(world, input))
  expect((error as Failed).message).toContain('app-1/a, app-1/b')
  await change(world, { ...input, where: { metadata: { name: 'b' } } })
})

test('patch reads again after a conflict, and gives up in the end', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('a'))
  let conflicts = 0
  world.cluster.before = (call) => {
    if (call !== 'patch' || conflicts === 0) return Promise.resolve()
    conflicts -= 1
    return Promise.reject(apiError(409))
  }
  conflicts = 3
  await change(world, { crd: TYPE.kind, name: 'a', merge: { spec: { x: 1 } } })
  expect(world.cluster.calls.filter((call) => call.startsWith('list'))).toHaveLength(4)
  conflicts = 1000
  expect(await thrownBy(change(world, { crd: TYPE.kind, name: 'a', merge: {} }))).toMatchObject({
    status: 409,
  })
  world.cluster.before = (call) => (call === 'patch' ? Promise.reject(apiError(422)) : Promise.resolve())
  world.cluster.calls.length = 0
  expect(await thrownBy(change(world, { crd: TYPE.kind, name: 'a', merge: {} }))).toMatchObject({
    status: 422,
  })
  expect(world.cluster.calls).toHaveLength(2)
})

test('patch touches nothing outside the namespaces of its scenario', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('a', { metadata: { namespace: 'kube-system' } }))
  const error = await thrownBy(change(world, { crd: TYPE.kind, namespace: 'kube-system', merge: {} }))
  expect(error).toMatchObject({ code: 'FOREIGN_NAMESPACE', outcome: 'broken' })
  expect(world.cluster.calls).toEqual([])
})

test('wait sleeps as long as it says, and can be stopped', async () => {
  const world = new FakeWorld()
  const ends: number[] = []
  const note = (): number => ends.push(world.clock.now())
  void wait.run('500ms', world.context()).then(note)
  void wait.run({ for: '2s' }, world.context()).then(note)
  const stopped = thrownBy(wait.run('1h', world.context()))
  await world.clock.advance(2000)
  expect(ends).toEqual([500, 2000])
  const reason = new Error('enough')
  world.stop.abort(reason)
  expect(await stopped).toBe(reason)
})

test('the next second begins on the wall clock, even if a timer rings early', async () => {
  class EarlyClock extends ManualClock {
    override sleep(ms: number, signal?: AbortSignal): Promise<void> {
      return super.sleep(Math.max(1, ms - 1), signal)
    }
  }
  const world = new FakeWorld()
  const clock = new EarlyClock()
  await clock.advance(300)
  let ended = 0
  const context: StepContext = { ...world.context(), clock }
  void wait.run({ until: 'next-second' }, context).then(() => (ended = clock.now()))
  await clock.advance(5000)
  expect(ended).toBe(1000)
})

test('note writes, set binds', async () => {
  const world = new FakeWorld()
  await note.run('hello', world.context())
  await set.run({ a: 1 }, world.context())
  expect(world.news).toEqual([{ type: 'note:written', text: 'hello' }])
  expect(world.bound).toBe(1)
})
