import { describe, expect as expectThat, test } from 'vitest'
import type { JsonObject } from '../base/json.ts'
import { during } from './during.ts'
import { expect } from './expect.ts'
import { never } from './never.ts'
import { stays } from './stays.ts'
import { apiError } from './testing/memory-cluster.ts'
import { FakeWorld, thrownBy, ticket, TYPE } from './testing/fake-context.ts'

const done = { crd: TYPE.kind, status: { phase: 'Done' } }

function become(world: FakeWorld, ...phases: readonly string[]): void {
  for (const phase of phases) world.cluster.put(TYPE, ticket('a', { status: { phase } }))
}

/** Two changes that arrive in one piece, the second of which takes back the first. */
const flicker = (world: FakeWorld): void => become(world, 'Failed', 'Done')

describe('what came and went within one piece of news', () => {
  test('is no way to stay', async () => {
    const world = new FakeWorld()
    become(world, 'Done')
    const failure = thrownBy(stays.run({ ...done, for: '5s' }, world.context()))
    await world.clock.advance(1000)
    flicker(world)
    await world.clock.advance(4000)
    expectThat(await failure).toMatchObject({
      code: 'EXPECTATION',
      details: { mismatches: [{ path: 'status.phase', actual: 'Failed' }] },
    })
  })

  test('ends what must hold', async () => {
    const world = new FakeWorld()
    become(world, 'Done')
    const failure = thrownBy(expect.run({ ...done, within: '1s', holds: '5s' }, world.context()))
    await world.clock.advance(1000)
    flicker(world)
    await world.clock.advance(5000)
    expectThat(await failure).toMatchObject({ code: 'EXPECTATION' })
  })

  test('was there although it must never be', async () => {
    const world = new FakeWorld()
    become(world, 'Done')
    const input = { crd: TYPE.kind, where: { status: { phase: 'Failed' } } }
    const failure = thrownBy(never.run({ ...input, for: '5s' }, world.context()))
    await world.clock.advance(1000)
    flicker(world)
    await world.clock.advance(5000)
    expectThat(await failure).toMatchObject({ code: 'MUST_NOT_BE' })
  })

  test('an object that is made and deleted was there', async () => {
    const world = new FakeWorld()
    const failure = thrownBy(never.run({ crd: TYPE.kind, for: '5s' }, world.context()))
    await world.clock.advance(1000)
    const { metadata } = world.cluster.put(TYPE, ticket('a'))
    world.cluster.remove(TYPE, metadata)
    await world.clock.advance(5000)
    expectThat(await failure).toMatchObject({ code: 'MUST_NOT_BE' })
  })

  test('was waited for', async () => {
    const world = new FakeWorld()
    become(world, 'Pending')
    const input = { crd: TYPE.kind, status: { phase: 'Failed' }, within: '5s' }
    const waiting = expect.run(input, world.context())
    await world.clock.advance(1000)
    flicker(world)
    await world.clock.advance(0)
    expectThat(await waiting).toMatchObject({ object: { status: { phase: 'Failed' } } })
  })

  test('is seen during steps, also where the watch tells of it after them', async () => {
    const world = new FakeWorld()
    become(world, 'Done')
    world.perform = () => {
      world.cluster.lags = true
      flicker(world)
      return Promise.resolve({ values: {}, moments: {} })
    }
    const input = { stays: done, steps: [] as JsonObject[] }
    const failure = thrownBy(during.run(input, world.context()))
    await world.clock.advance(10)
    world.cluster.catchUp()
    await world.clock.advance(0)
    expectThat(await failure).toMatchObject({ code: 'EXPECTATION' })
  })
})

describe('what the watch tells late', () => {
  test('says nothing of the step when it was before', async () => {
    const world = new FakeWorld()
    world.cluster.lags = true
    become(world, 'Failed', 'Done')
    const staying = stays.run({ ...done, for: '1s' }, world.context())
    await world.clock.advance(500)
    world.cluster.catchUp()
    await world.clock.advance(500)
    expectThat(await staying).toMatchObject({ object: { status: { phase: 'Done' } } })
  })

  test('nor when it comes while the first look is under way', async () => {
    const world = new FakeWorld()
    world.cluster.lags = true
    become(world, 'Failed', 'Done')
    world.cluster.before = () => world.clock.sleep(100)
    const staying = stays.run({ ...done, for: '1s' }, world.context())
    await world.clock.advance(50)
    world.cluster.catchUp()
    await world.clock.advance(2000)
    expectThat(await staying).toMatchObject({ object: { status: { phase: 'Done' } } })
  })

  test('is a reason to look, where the first look at the source did not succeed', async () => {
    const world = new FakeWorld()
    become(world, 'Pending')
    world.cluster.before = () => Promise.reject(apiError(429))
    const waiting = expect.run({ ...done, within: '5s' }, world.context())
    await world.clock.advance(0)
    become(world, 'Done')
    await world.clock.advance(0)
    expectThat(await waiting).toMatchObject({ object: { status: { phase: 'Done' } } })
  })
})
