import { describe, expect as expectThat, test } from 'vitest'
import { Broken } from '../base/failure.ts'
import { expect } from './expect.ts'
import { matcherOf, Undecided } from './matching.ts'
import { never } from './never.ts'
import { FakeWorld, NAMESPACE, thrownBy, ticket, TYPE } from './testing/fake-context.ts'

function brokenBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('an operand that a template gave', () => {
  test.each([
    [{ $gt: 'abc' }, '$gt: expected a number, got "abc"', 'each.$gt'],
    [{ spec: { a: { $not: { $in: 3 } } } }, '$in: expected a list of values, got 3', 'each.spec.a.$not.$in'],
    [[1, { $matches: '(' }], '$matches: bad regular expression: (', 'each.1.$matches'],
  ])('%j is refused where it stands', (expected, message, place) => {
    const error = brokenBy(() => matcherOf(expected, new FakeWorld().context(), ['each']))
    expectThat(error).toBeInstanceOf(Broken)
    expectThat(error).toMatchObject({ code: 'BAD_VALUE', message, details: { span: { file: place } } })
  })

  test('an $expr that gives neither true nor false is broken, not unexpected', () => {
    const context = { ...new FakeWorld().context(), evaluate: () => 4 }
    const match = matcherOf({ $expr: 'it + 1' }, context, ['each'])
    expectThat(brokenBy(() => match(3))).toMatchObject({
      code: 'BAD_VALUE',
      message: '$expr: expected true or false of it + 1',
    })
  })
})

describe('an $expr that reads what is not there yet', () => {
  const missing = new Broken({ code: 'NO_SUCH_KEY', message: 'phase: no such member', notes: ['ask first'] })

  function lacking(world: FakeWorld): ReturnType<FakeWorld['context']> {
    const evaluate = (_: string, it: unknown): boolean => {
      if ((it as { status?: unknown }).status === undefined) throw missing
      return true
    }
    return { ...world.context(), evaluate }
  }

  const input = { crd: TYPE.kind, each: { $expr: "it.status.phase == 'Done'" } }

  test('is waited for', async () => {
    const world = new FakeWorld()
    world.cluster.put(TYPE, ticket('a'))
    const waiting = expect.run({ ...input, within: '5s' }, lacking(world))
    await world.clock.advance(1000)
    world.cluster.put(TYPE, ticket('a', { status: { phase: 'Done' } }))
    await world.clock.advance(0)
    expectThat(await waiting).toMatchObject({ object: { metadata: { name: 'a', namespace: NAMESPACE } } })
  })

  test('is broken at the deadline, and says what is missing', async () => {
    const world = new FakeWorld()
    world.cluster.put(TYPE, ticket('a'))
    const failure = thrownBy(expect.run({ ...input, within: '1s' }, lacking(world)))
    await world.clock.advance(1000)
    const error = (await failure) as Broken
    expectThat(error).toMatchObject({
      code: 'NO_SUCH_KEY',
      message: "$expr: it.status.phase == 'Done': phase: no such member",
    })
    expectThat(error.details.notes?.at(-1)).toBe('ask first')
  })

  test('proves no absence', async () => {
    const world = new FakeWorld()
    world.cluster.put(TYPE, ticket('a'))
    const error = await thrownBy(
      never.run({ crd: TYPE.kind, where: { $expr: 'it.status.typo' }, for: '1s' }, lacking(world)),
    )
    expectThat(error).toMatchObject({ outcome: 'broken', code: 'NO_SUCH_KEY' })
  })

  test('any other error of an expression ends the step at once', () => {
    const context = {
      ...new FakeWorld().context(),
      evaluate: () => {
        throw new Broken({ code: 'NOT_SET', message: 'x: not set' })
      },
    }
    const error = brokenBy(() => matcherOf({ $expr: 'x' }, context)({}))
    expectThat(error).not.toBeInstanceOf(Undecided)
    expectThat(error).toMatchObject({ code: 'NOT_SET' })
  })
})
