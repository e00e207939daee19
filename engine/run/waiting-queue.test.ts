import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Locks } from './locks.ts'
import { scenario } from './testing/fake-run.ts'
import { WaitingQueue, type Waiting } from './waiting-queue.ts'

const wishes = ({ scenario: { locks } }: Waiting) => locks.map((name) => ({ name, shared: false }))

function waiting(locks: readonly string[], index: number): Waiting {
  return { scenario: scenario({ id: `s${index}`, locks: [...locks] }), attempt: 1 }
}

/** Goes through all of them, in order: what the queue must do with fewer looks. */
function firstFit(queue: Waiting[], locks: Locks, most: number): Waiting[] {
  const started: Waiting[] = []
  for (const one of [...queue]) {
    if (started.length === most || !locks.tryTake(wishes(one))) continue
    queue.splice(queue.indexOf(one), 1)
    started.push(one)
  }
  return started
}

test('offers the same attempts, in the same order, as going through all of them does', () => {
  const someLocks = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 })
  const rounds = fc.array(fc.nat({ max: 4 }), { maxLength: 20 })
  fc.assert(
    fc.property(fc.array(someLocks, { maxLength: 30 }), rounds, (all, mosts) => {
      const attempts = all.map(waiting)
      const queue = new WaitingQueue()
      queue.add(...attempts)
      const [plain, locks, plainLocks] = [[...attempts], new Locks(), new Locks()]
      for (const most of mosts) {
        const started: Waiting[] = []
        queue.offer(
          (one) => {
            const isTaken = locks.tryTake(wishes(one))
            if (isTaken) started.push(one)
            return isTaken
          },
          () => started.length < most,
        )
        expect(started).toEqual(firstFit(plain, plainLocks, most))
        expect(queue.inOrder()).toEqual(plain)
        expect(queue).toHaveLength(plain.length)
        // The first half of them ends, and one comes back for another attempt.
        for (const one of started.slice(0, Math.ceil(started.length / 2))) {
          for (const held of [locks, plainLocks]) held.release(wishes(one))
          const again = { ...one, attempt: one.attempt + 1 }
          queue.add(again)
          plain.push(again)
        }
      }
      expect(queue.drop()).toEqual(plain)
      expect(queue).toHaveLength(0)
    }),
  )
})

test('ten thousand that wait for one lock are looked at once', () => {
  const queue = new WaitingQueue()
  queue.add(...Array.from({ length: 10_000 }, (_, index) => waiting(['busy'], index)))
  queue.add(waiting([], 10_000))
  const offered: string[] = []
  queue.offer(
    ({ scenario: { id, locks } }) => offered.push(id) > 0 && locks.length === 0,
    () => true,
  )
  expect(offered).toEqual(['s0', 's10000'])
})
