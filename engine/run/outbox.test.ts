import { describe, expect, test } from 'vitest'
import type { EventBody } from '../events/event.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Outbox } from './outbox.ts'
import type { FromThread } from './protocol.ts'

const lost = (thread: number): EventBody => ({ type: 'thread:lost', thread, reason: 'a test' })
const free = { type: 'lane-free', lane: 0, scenario: 'a', attempt: 1 } as const
const ended: EventBody = {
  type: 'attempt:ended',
  scenario: 'a',
  attempt: 1,
  outcome: 'passed',
  ms: 1,
  leftovers: [],
}

function outbox(hasEnoughToDo = false) {
  const posted: FromThread[] = []
  const clock = new ManualClock()
  const box = new Outbox(
    (message) => posted.push(message),
    clock,
    () => hasEnoughToDo,
  )
  const wall = clock.wall()
  return { box, posted, clock, wall }
}

describe('what a thread tells', () => {
  test('goes out together, fifty times a second at most, each with its own time', async () => {
    const { box, posted, clock, wall } = outbox()
    box.tell(lost(1))
    await clock.advance(5)
    box.tell(lost(2))
    expect(posted).toEqual([])
    await clock.advance(15)
    const first = {
      type: 'events',
      events: [
        { event: lost(1), wall },
        { event: lost(2), wall: wall + 5 },
      ],
    }
    expect(posted).toEqual([first])
    box.tell(lost(3))
    await clock.advance(100)
    expect(posted).toEqual([first, { type: 'events', events: [{ event: lost(3), wall: wall + 20 }] }])
  })

  test('does not wait with the end of an attempt', async () => {
    const { box, posted, clock } = outbox()
    box.tell(lost(1))
    box.tell(ended)
    await clock.advance(0)
    expect(posted).toMatchObject([{ events: [{ event: lost(1) }, { event: ended }] }])
  })

  test('waits with it where the thread has enough to do', async () => {
    const { box, posted, clock } = outbox(true)
    box.tell(ended)
    await clock.advance(19)
    expect(posted).toEqual([])
    await clock.advance(1)
    expect(posted).toMatchObject([{ events: [{ event: ended }] }])
  })

  test('stays in order with everything else, and nothing is told twice', async () => {
    const { box, posted, clock, wall } = outbox()
    box.tell(lost(1))
    box.send(free)
    await clock.advance(100)
    expect(posted).toEqual([{ type: 'events', events: [{ event: lost(1), wall }] }, free])
  })

  test('is not held back at the end', () => {
    const { box, posted } = outbox()
    box.tell(lost(1))
    box.flush()
    expect(posted).toMatchObject([{ events: [{ event: lost(1) }] }])
  })

  test('goes out when there is much of it', () => {
    const { box, posted } = outbox()
    for (let count = 0; count < 500; count += 1) box.tell(lost(count))
    expect(posted).toHaveLength(1)
  })
})
