import { expect as expectThat, test } from 'vitest'
import { Broken, Failed, type Mismatch } from '../base/failure.ts'
import { RedisTransportError } from '../redis/redis-errors.ts'
import { expect } from './expect.ts'
import { never } from './never.ts'
import type { Look, Observer } from './subjects/define.ts'
import { unseen } from './subjects/define.ts'
import { apiError } from './testing/memory-cluster.ts'
import { FakeWorld, NAMESPACE, TYPE, reply, thrownBy, ticket } from './testing/fake-context.ts'
import { holdFor, lookOnce, neverDuring, waitFor } from './waiting.ts'

/** A subject that is what the test says, and counts how it was looked at. */
class FakeSubject {
  value = 0
  wanted = 1
  readonly looks: string[] = []
  #changed: (() => void) | undefined
  subscribed = 0
  hintMs: number | undefined
  behind: number | undefined
  fails: Error | undefined

  look(how: string): Promise<Look> {
    this.looks.push(how)
    if (this.fails !== undefined) return Promise.reject(this.fails)
    const value = how === 'glance' ? (this.behind ?? this.value) : this.value
    const mismatches: Mismatch[] =
      value === this.wanted ? [] : [{ path: 'spec.a', expected: String(this.wanted), actual: value }]
    return Promise.resolve({
      ok: mismatches.length === 0,
      mismatches,
      summary: `it is ${value}`,
      notes: ['the closest'],
      result: { value },
      ...(this.hintMs === undefined ? {} : { lookAgainMs: this.hintMs }),
    })
  }

  become(value: number): void {
    this.value = value
    this.#changed?.()
  }

  /** Looks at a watch that tells of changes. */
  get watched(): Observer {
    return {
      look: () => this.look('glance'),
      confirm: () => this.look('confirm'),
      subscribe: (changed) => {
        this.#changed = changed
        this.subscribed += 1
        return () => void (this.subscribed -= 1)
      },
    }
  }

  get polled(): Observer {
    return { look: () => this.look('poll') }
  }
}

test('without within there is one look, at the source', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const error = (await thrownBy(lookOnce(subject.watched, world.context()))) as Failed
  expectThat(error).toBeInstanceOf(Failed)
  expectThat(subject.looks).toEqual(['confirm'])
  expectThat(error.details).toMatchObject({
    code: 'EXPECTATION',
    span: { file: 'spec.a' },
    notes: ['looked once; give `within` to wait for it', 'the closest'],
  })
})

test('a watched subject is looked at again at a change, and only then', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const waiting = waitFor(subject.watched, 10_000, world.context())
  await world.clock.advance(5000)
  expectThat(subject.looks).toEqual(['confirm'])
  subject.become(1)
  await world.clock.advance(0)
  expectThat(await waiting).toMatchObject({ result: { value: 1 } })
  expectThat(subject.looks).toEqual(['confirm', 'glance'])
  expectThat(subject.subscribed).toBe(0)
  expectThat(world.clock.pending).toBe(0)
})

test('the report is told what is waited for and until when, again when something else is seen', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.wanted = 3
  const waiting = waitFor(subject.watched, 10_000, world.context())
  await world.clock.advance(4000)
  subject.become(0)
  await world.clock.advance(1000)
  subject.become(2)
  await world.clock.advance(1000)
  subject.become(3)
  await waiting
  expectThat(world.news).toEqual([
    { type: 'step:waiting', ms: 10_000, seen: 'it is 0' },
    { type: 'step:waiting', ms: 5000, seen: 'it is 2' },
  ])
})

test('what cannot announce its changes is polled, from 20 ms doubling to 250 ms', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const at: number[] = []
  const observer: Observer = {
    look: () => {
      at.push(world.clock.now())
      return subject.look('poll')
    },
  }
  const failure = thrownBy(waitFor(observer, 1000, world.context()))
  await world.clock.advance(1000)
  await failure
  expectThat(at).toEqual([0, 20, 60, 140, 300, 550, 800, 1000])
})

test('a poll is quick again after a change', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.wanted = 9
  const failure = thrownBy(waitFor(subject.polled, 800, world.context()))
  await world.clock.advance(299)
  const before = subject.looks.length
  subject.value = 5
  await world.clock.advance(1 + 20 + 40)
  expectThat(subject.looks.length - before).toBe(3)
  await world.clock.advance(1000)
  await failure
})

test('the last look is at the source, and the failure tells how it went', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.wanted = 3
  const failure = thrownBy(waitFor(subject.watched, 5000, world.context()))
  await world.clock.advance(1500)
  subject.become(2)
  await world.clock.advance(3500)
  const { details } = (await failure) as Failed
  expectThat(subject.looks).toEqual(['confirm', 'glance', 'confirm'])
  expectThat(details.notes).toContain(
    'within 5s of the start of the step; looked 3 times, last change 1.5s into the step',
  )
  expectThat(details.mismatches).toEqual([{ path: 'spec.a', expected: '3', actual: 2 }])
})

test('a first sight is no change', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const failure = thrownBy(waitFor(subject.watched, 1000, world.context()))
  await world.clock.advance(1000)
  expectThat(((await failure) as Failed).details.notes?.[0]).toMatch(/looked 2 times, and nothing changed$/)
})

test('within counts from the start of the step', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const context = world.context()
  await world.clock.advance(900)
  const failure = thrownBy(waitFor(subject.polled, 1000, context))
  await world.clock.advance(100)
  expectThat(await failure).toBeInstanceOf(Failed)
})

test('a change that comes during a look is looked at next', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const { watched } = subject
  let tell = true
  const observer: Observer = {
    ...watched,
    confirm: async () => {
      const seen = await subject.look('confirm')
      if (tell) subject.become(1)
      tell = false
      return seen
    },
  }
  const waiting = waitFor(observer, 10_000, world.context())
  await world.clock.advance(0)
  expectThat(await waiting).toMatchObject({ ok: true })
})

test('a hint says when to look although nothing is announced', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.hintMs = 700
  const waiting = waitFor(subject.watched, 5000, world.context())
  await world.clock.advance(600)
  subject.value = 1
  await world.clock.advance(100)
  expectThat(await waiting).toMatchObject({ ok: true })
})

test('an abort ends the wait with its reason, and nothing stays subscribed', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const failure = thrownBy(waitFor(subject.watched, 5000, world.context()))
  await world.clock.advance(10)
  const reason = new Error('stopped')
  world.stop.abort(reason)
  expectThat(await failure).toBe(reason)
  expectThat(subject.subscribed).toBe(0)
  expectThat(world.clock.pending).toBe(0)
})

test('what holds at first must hold to the end', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.value = 1
  const holding = holdFor(subject.watched, 2000, world.context())
  await world.clock.advance(2000)
  expectThat(await holding).toMatchObject({ ok: true })
  const failure = thrownBy(holdFor(subject.watched, 2000, world.context()))
  await world.clock.advance(500)
  subject.become(2)
  await world.clock.advance(0)
  expectThat(((await failure) as Failed).details.notes?.[0]).toBe(
    'it held at first and no longer after 500ms of 2s',
  )
})

test('a watch that lags behind is not believed when it says that it holds no more', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.value = 1
  subject.behind = 0
  const holding = holdFor(subject.watched, 2000, world.context())
  await world.clock.advance(100)
  subject.become(1)
  await world.clock.advance(1900)
  expectThat(await holding).toMatchObject({ ok: true })
})

test('never passes when nothing comes, and looks at the source at the end', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const passing = neverDuring(subject.watched, 1000, world.context())
  await world.clock.advance(1000)
  await passing
  expectThat(subject.looks).toEqual(['confirm', 'confirm'])
})

test('never fails at once when the subject is there from the start, or comes', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  const coming = thrownBy(neverDuring(subject.watched, 1000, world.context()))
  await world.clock.advance(300)
  subject.become(1)
  await world.clock.advance(0)
  const error = (await coming) as Failed
  expectThat(error.message).toBe('there is what must not be: it is 1')
  expectThat(error.details.notes?.[0]).toBe('seen 300ms into the 1s in which it must not be')
  expectThat(await thrownBy(neverDuring(subject.watched, 1000, world.context()))).toBeInstanceOf(Failed)
})

test('a passing error of the way is waited out', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.fails = apiError(503)
  const waiting = waitFor(subject.watched, 5000, world.context())
  await world.clock.advance(1000)
  subject.fails = undefined
  subject.value = 1
  await world.clock.advance(250)
  expectThat(await waiting).toMatchObject({ ok: true })
})

test('when nothing could be seen at the end, the step is broken and names what was in the way', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.fails = new RedisTransportError('127.0.0.1:1', 'connection refused')
  const failure = thrownBy(waitFor(subject.polled, 1000, world.context()))
  await world.clock.advance(1000)
  expectThat(await failure).toMatchObject({
    outcome: 'broken',
    code: 'UNSEEN',
    message: 'redis at 127.0.0.1:1: connection refused',
  })
})

test('never proves nothing while nothing can be seen', async () => {
  const observer: Observer = { look: () => Promise.resolve(unseen('GET /x: connection refused')) }
  expectThat(await thrownBy(neverDuring(observer, 1000, new FakeWorld().context()))).toBeInstanceOf(Broken)
  expectThat(await thrownBy(lookOnce(observer, new FakeWorld().context()))).toBeInstanceOf(Broken)
})

test('an error that will not pass ends the step at once', async () => {
  const [world, subject] = [new FakeWorld(), new FakeSubject()]
  subject.fails = apiError(403)
  expectThat(await thrownBy(waitFor(subject.watched, 5000, world.context()))).toBe(subject.fails)
})

test('expect waits, then holds, and gives the last look', async () => {
  const world = new FakeWorld()
  const input = { crd: TYPE.kind, namespace: NAMESPACE, count: 1, within: '1s', holds: '500ms' }
  const running = expect.run(input, world.context(input))
  await world.clock.advance(300)
  world.cluster.put(TYPE, ticket('rr-1'))
  await world.clock.advance(500)
  expectThat(await running).toMatchObject({ object: { metadata: { name: 'rr-1' } } })
})

test('expect fails when it does not hold long enough', async () => {
  const world = new FakeWorld()
  world.cluster.put(TYPE, ticket('rr-1'))
  const input = { crd: TYPE.kind, count: 1, holds: '500ms' }
  const failure = thrownBy(expect.run(input, world.context(input)))
  await world.clock.advance(100)
  world.cluster.put(TYPE, ticket('rr-2'))
  await world.clock.advance(0)
  expectThat(await failure).toMatchObject({ outcome: 'failed' })
})

test('to wait for the absence of what never was is worth a warning', async () => {
  const world = new FakeWorld()
  const input = { crd: TYPE.kind, absent: true, within: '1s' }
  await expect.run(input, world.context(input))
  expectThat(world.news).toMatchObject([
    { type: 'warning:raised', text: expectThat.stringMatching(/^NEVER_SEEN/) as string },
  ])
  const now = { crd: TYPE.kind, absent: true }
  await expect.run(now, world.context(now))
  expectThat(world.news).toHaveLength(1)
})

test('never watches objects', async () => {
  const world = new FakeWorld()
  const input = { crd: TYPE.kind, for: '1s' }
  const failure = thrownBy(never.run(input, world.context(input)))
  await world.clock.advance(400)
  world.cluster.put(TYPE, ticket('rr-1'))
  await world.clock.advance(0)
  expectThat(await failure).toMatchObject({ code: 'MUST_NOT_BE', outcome: 'failed' })
})

test('an expectation of an answer that does not come is broken, not failed', async () => {
  const world = new FakeWorld()
  world.gateway.answer = () => ({ transport: { kind: 'reset', message: 'GET /ready: connection reset' } })
  const input = { http: { path: '/ready' }, status: 200 }
  expectThat(await thrownBy(expect.run(input, world.context(input)))).toMatchObject({
    outcome: 'broken',
    message: 'GET /ready: connection reset',
  })
  world.gateway.answer = () => reply(503)
  expectThat(await thrownBy(expect.run(input, world.context(input)))).toMatchObject({
    outcome: 'failed',
  })
})

test('a key is waited for also where Redis is away when the step begins', async () => {
  const world = new FakeWorld()
  const away = (): never => {
    throw new RedisTransportError('127.0.0.1:6379', 'connection refused')
  }
  world.redis.before = away
  const waiting = expect.run({ redis: { key: 'note' }, absent: true, within: '5s' }, world.context())
  await world.clock.advance(1000)
  world.redis.before = () => undefined
  await world.clock.advance(300)
  expectThat(await waiting).toMatchObject({ key: 'note', type: 'none' })
})
