import { expect, test } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'
import type { Deployment } from '../targets/target.ts'
import { byThread } from './assignment.ts'
import { Dispatcher } from './dispatcher.ts'
import { Locks } from './locks.ts'
import { scenario } from './testing/fake-run.ts'

function deployment(name: string, exclusive = false): Deployment {
  const profile = name.split('-')[0] ?? name
  return { name, profile, exclusive, namespace: `gwscen-${name}`, version: 'documented', configuration: {} }
}

const shared = [deployment('storm'), deployment('dedup')]

function dispatcher(threads: number, lanes: number, deployments: readonly Deployment[] = shared): Dispatcher {
  return new Dispatcher({ threads, lanes, deployments })
}

const first = (...scenarios: readonly Scenario[]) => scenarios.map((one) => ({ scenario: one, attempt: 1 }))
const many = (...ids: readonly string[]) => first(...ids.map((id) => scenario({ id })))

/** `a on 0.1 at storm`: scenario, thread, lane, deployment. */
function next(of: Dispatcher): string[] {
  return of
    .next()
    .map(
      ({ thread, order }) => `${order.scenario.id} on ${thread}.${order.lane} at ${order.deployment ?? '-'}`,
    )
}

test('locks are taken all or none, and shared ones keep each other company', () => {
  const locks = new Locks()
  const [mine, yours] = [
    { name: 'a', shared: false },
    { name: 'b', shared: false },
  ]
  const together = { name: 'c', shared: true }
  expect(locks.tryTake([mine, together])).toBe(true)
  expect(locks.tryTake([yours, mine])).toBe(false)
  expect(locks.tryTake([yours, together])).toBe(true)
  expect(locks.tryTake([{ name: 'c', shared: false }])).toBe(false)
  locks.release([mine, together])
  expect(locks.tryTake([{ name: 'c', shared: false }])).toBe(false)
  locks.release([yours, together])
  expect(locks.tryTake([{ name: 'c', shared: false }])).toBe(true)
  expect(locks.tryTake([together])).toBe(false)
  expect(locks.tryTake([mine, yours])).toBe(true)
})

test('attempts start in the order of the queue, each on the least busy thread', () => {
  const host = dispatcher(2, 2)
  host.add(...many('a', 'b', 'c', 'd', 'e'))
  expect(next(host)).toEqual([
    'a on 0.0 at storm',
    'b on 1.0 at storm',
    'c on 0.1 at storm',
    'd on 1.1 at storm',
  ])
  expect(next(host)).toEqual([])
  host.ended('b', 1)
  expect(next(host)).toEqual(['e on 1.0 at storm'])
})

test('a lane is free when the last step is over, although its attempt tidies up', () => {
  const host = dispatcher(1, 1)
  host.add(...many('a', 'b'))
  next(host)
  host.laneFree('a', 1)
  expect(next(host)).toEqual(['b on 0.0 at storm'])
  expect(host.idle).toBe(false)
})

test('the end of an attempt that has left its lane does not free the lane of another', () => {
  const host = dispatcher(1, 1)
  host.add(...many('a', 'b', 'c'))
  next(host)
  host.laneFree('a', 1)
  next(host)
  host.ended('a', 1)
  expect(next(host)).toEqual([])
  host.ended('b', 1)
  expect(next(host)).toEqual(['c on 0.0 at storm'])
})

test('locks are kept until the attempt has tidied up, over all threads', () => {
  const host = dispatcher(2, 2)
  host.add(
    ...first(
      scenario({ id: 'a', locks: ['x', 'y'] }),
      scenario({ id: 'b', locks: ['y'] }),
      scenario({ id: 'c' }),
    ),
  )
  expect(next(host)).toEqual(['a on 0.0 at storm', 'c on 1.0 at storm'])
  host.laneFree('a', 1)
  expect(next(host)).toEqual([])
  host.ended('a', 1)
  expect(next(host)).toEqual(['b on 0.0 at storm'])
})

test('a serial scenario is alone on its profile, and no other profile waits for it', () => {
  const host = dispatcher(4, 4)
  host.add(
    ...first(
      scenario({ id: 'a' }),
      scenario({ id: 'serial', serial: true }),
      scenario({ id: 'b' }),
      scenario({ id: 'dedup', profile: 'dedup' }),
    ),
  )
  expect(next(host)).toEqual(['a on 0.0 at storm', 'b on 1.0 at storm', 'dedup on 2.0 at dedup'])
  host.ended('a', 1)
  expect(next(host)).toEqual([])
  host.ended('b', 1)
  expect(next(host)).toEqual(['serial on 0.0 at storm'])
  host.add(...many('c'))
  expect(next(host)).toEqual([])
  host.ended('serial', 1)
  expect(next(host)).toEqual(['c on 0.0 at storm'])
})

test('five scenarios share a pool of two exclusive gateways, one at a time each', () => {
  const pool = [...shared, deployment('storm-x1', true), deployment('storm-x2', true)]
  const host = dispatcher(2, 8, pool)
  host.add(
    ...first(...['a', 'b', 'c', 'd', 'e'].map((id) => scenario({ id, exclusive: true }))),
    ...many('f'),
  )
  expect(next(host)).toEqual(['a on 0.0 at storm-x1', 'b on 1.0 at storm-x2', 'f on 0.1 at storm'])
  expect(host.deploymentOf('b', 1)).toBe('storm-x2')
  host.laneFree('b', 1)
  expect(next(host)).toEqual([])
  host.ended('b', 1)
  expect(next(host)).toEqual(['c on 1.0 at storm-x2'])
  host.ended('a', 1)
  host.ended('c', 1)
  expect(next(host)).toEqual(['d on 1.0 at storm-x1', 'e on 0.0 at storm-x2'])
})

test('a scenario without a gateway needs no deployment', () => {
  const host = dispatcher(1, 1, [])
  const { profile: _, ...none } = scenario({ id: 'none' })
  host.add(...first(none))
  expect(next(host)).toEqual(['none on 0.0 at -'])
})

test('an attempt after a broken one waits for another thread, unless there is none', () => {
  const host = dispatcher(2, 1)
  host.add(...many('a', 'b'))
  next(host)
  host.ended('a', 1)
  host.add({ scenario: scenario({ id: 'a' }), attempt: 2, avoid: 0 })
  expect(next(host)).toEqual([])
  host.ended('b', 1)
  expect(next(host)).toEqual(['a on 1.0 at storm'])
  host.ended('a', 2)
  host.lost(1)
  host.add({ scenario: scenario({ id: 'c' }), attempt: 2, avoid: 0 })
  expect(next(host)).toEqual(['c on 0.0 at storm'])
})

test('a lost thread tells what was on it and takes nothing until it is revived', () => {
  const host = dispatcher(2, 1)
  host.add(...many('a', 'b', 'c'))
  next(host)
  host.laneFree('a', 1)
  expect(host.lost(0).map(({ scenario: { id } }) => id)).toEqual(['a'])
  expect(next(host)).toEqual([])
  expect(host.hasThreads).toBe(true)
  host.lost(1)
  expect(host.hasThreads).toBe(false)
  host.revived(0)
  expect(next(host)).toEqual(['c on 0.0 at storm'])
})

test('a dropped queue is given back, and what is in flight goes on', () => {
  const host = dispatcher(1, 1)
  host.add(...many('a', 'b', 'c'))
  next(host)
  expect(host.drop().map(({ scenario: { id } }) => id)).toEqual(['b', 'c'])
  expect(host.idle).toBe(false)
  expect(host.ended('a', 1)).toMatchObject({ thread: 0, order: { lane: 0 } })
  expect(host.ended('a', 1)).toBeUndefined()
  expect(host.idle).toBe(true)
})

test('who waits for what, and who has it', () => {
  const host = dispatcher(1, 2, [...shared, deployment('storm-x1', true)])
  host.add(
    ...first(
      scenario({ id: 'a', locks: ['x'] }),
      scenario({ id: 'b', locks: ['x', 'y'] }),
      scenario({ id: 'c', exclusive: true }),
      scenario({ id: 'd', exclusive: true }),
      scenario({ id: 'e', serial: true }),
      scenario({ id: 'f' }),
    ),
  )
  expect(next(host)).toEqual(['a on 0.0 at storm', 'c on 0.1 at storm-x1'])
  expect(host.blocked()).toEqual([
    { scenario: 'b', attempt: 1, waitsFor: ['lock x, which a has'] },
    { scenario: 'd', attempt: 1, waitsFor: ['deployment storm-x1, which c has'] },
    { scenario: 'e', attempt: 1, waitsFor: ['deployment storm, which a has'] },
    { scenario: 'f', attempt: 1, waitsFor: ['a lane'] },
  ])
})

test('suspects of a lost thread do not share one', () => {
  const host = dispatcher(2, 3)
  const suspects = ['a', 'b', 'c'].map((id) => ({ scenario: scenario({ id }), attempt: 2, suspect: true }))
  host.add(...suspects, ...many('d'))
  expect(next(host)).toEqual(['a on 0.0 at storm', 'b on 1.0 at storm', 'd on 0.1 at storm'])
  host.ended('b', 2)
  expect(next(host)).toEqual(['c on 1.0 at storm'])
})

test('an attempt whose thread is lost frees its lane at once and its locks when it has ended', () => {
  const host = dispatcher(1, 1)
  host.add(...first(scenario({ id: 'a', locks: ['x'] }), scenario({ id: 'b', locks: ['x'] })), ...many('c'))
  next(host)
  expect(host.lost(0).map(({ scenario: { id } }) => id)).toEqual(['a'])
  expect(next(host)).toEqual([])
  host.revived(0)
  expect(next(host)).toEqual(['c on 0.0 at storm'])
  // A second loss of that thread is none of its business.
  expect(host.lost(0).map(({ scenario: { id } }) => id)).toEqual(['c'])
  host.revived(0)
  expect(host.ended('a', 1)).toMatchObject({ order: { attempt: 1 } })
  expect(next(host)).toEqual(['b on 0.0 at storm'])
})

test('a thread whose attempts wait for nothing gets some ahead, in proportion to what waits, and on the lane that it has', () => {
  const ids = Array.from({ length: 96 }, (_, index) => `s${index}`)
  const host = new Dispatcher({ threads: 2, lanes: 1, deployments: shared, isolated: true })
  host.add(...many(...ids))
  const assigned = host.next()
  const [zero, one] = [0, 1].map((thread) => assigned.filter((assignment) => assignment.thread === thread))
  expect([zero?.length, one?.length]).toEqual([3, 3])
  expect(new Set(assigned.map(({ order }) => order.lane))).toEqual(new Set([0]))
  // The fewer wait, the less a thread keeps from the other one.
  for (let given = assigned; given.length > 0; given = host.next())
    for (const { order } of given) host.ended(order.scenario.id, 1)
  host.add(...many('y', 'z', 'last'))
  expect(next(host)).toEqual(['y on 0.0 at storm', 'z on 1.0 at storm'])
})

test('a thread that waits for a target gets no more than its lanes', () => {
  const host = dispatcher(1, 2)
  host.add(...many(...Array.from({ length: 100 }, (_, index) => `s${index}`)))
  expect(next(host)).toHaveLength(2)
})

test('what each thread is to do goes there together, in order', () => {
  const host = dispatcher(2, 2)
  host.add(...many('a', 'b', 'c'))
  const orders = [...byThread(host.next())]
  expect(orders.map(([thread, own]) => [thread, own.map(({ scenario: { id } }) => id)])).toEqual([
    [0, ['a', 'c']],
    [1, ['b']],
  ])
})

test('what may turn out to be needless is not ordered ahead', () => {
  const dismiss = ({ id }: Scenario): boolean => id === '1'
  const host = new Dispatcher({ threads: 1, lanes: 1, deployments: shared, isolated: true, dismiss })
  host.add(...many(...Array.from({ length: 64 }, (_, index) => String(index))))
  expect(next(host)).toEqual(['0 on 0.0 at storm'])
  host.ended('0', 1)
  expect(next(host)).toEqual(['2 on 0.0 at storm'])
})
