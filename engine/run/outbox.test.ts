import { describe, expect, test } from 'vitest'
import type { EventBody } from '../events/event.ts'
import { Outbox } from './outbox.ts'
import type { FromThread } from './protocol.ts'

const lost = (thread: number): EventBody => ({ type: 'thread:lost', thread, reason: 'a test' })
const free = { type: 'lane-free', lane: 0, scenario: 'a', attempt: 1 } as const

function outbox() {
  const posted: FromThread[] = []
  const turns: (() => void)[] = []
  const box = new Outbox(
    (message) => posted.push(message),
    (flush) => turns.push(flush),
  )
  const turn = (): void => {
    for (const flush of turns.splice(0)) flush()
  }
  return { box, posted, turn }
}

describe('what a thread tells', () => {
  test('goes out once per turn of its loop', () => {
    const { box, posted, turn } = outbox()
    box.tell(lost(1))
    box.tell(lost(2))
    expect(posted).toEqual([])
    turn()
    box.tell(lost(3))
    turn()
    turn()
    expect(posted).toEqual([
      { type: 'events', events: [lost(1), lost(2)] },
      { type: 'events', events: [lost(3)] },
    ])
  })

  test('stays in order with everything else, and nothing is told twice', () => {
    const { box, posted, turn } = outbox()
    box.tell(lost(1))
    box.send(free)
    turn()
    expect(posted).toEqual([{ type: 'events', events: [lost(1)] }, free])
  })

  test('is not held back at the end', () => {
    const { box, posted } = outbox()
    box.tell(lost(1))
    box.flush()
    expect(posted).toEqual([{ type: 'events', events: [lost(1)] }])
  })
})
