import { setMaxListeners } from 'node:events'
import type { Clock } from '../base/clock.ts'
import { Cancelled, toFailure } from '../base/failure.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import type { ForwardInfo, Leftover } from '../events/event.ts'
import type { FaultLine } from './fault-line.ts'
import type { Outbox } from './outbox.ts'
import type { Pauses } from './pauses.ts'
import type { AttemptOrder, SweepOrder, ThreadTask, ToThread } from './protocol.ts'
import { keepBeating } from './thread-watchdog.ts'

/** What a thread does for its host. */
export interface ThreadWork {
  /** Opens what all attempts share; gives the ways to the target. */
  begin(): Promise<readonly ForwardInfo[]>
  attempt(order: AttemptOrder, cancel: AbortSignal, onLaneFree: () => void): Promise<void>
  /** Removes what an attempt left whose thread is gone; gives what stayed. */
  sweep(order: SweepOrder, cancel: AbortSignal): Promise<readonly Leftover[]>
  /** New credentials for the target. */
  renew(connection: ClusterConnection): void
  close(): Promise<void>
}

export interface ThreadLines {
  readonly outbox: Outbox
  readonly faults: FaultLine
  readonly pauses: Pauses | undefined
  /** Of the machine. */
  readonly clock: Clock
}

/** A thread's whole life: runs attempts side by side as the host orders them, until it is told to close. */
export async function serveHost(task: ThreadTask, lines: ThreadLines, work: ThreadWork): Promise<void> {
  const { outbox, faults, pauses, clock } = lines
  const stopBeating = keepBeating(task.beats, task.thread, clock)
  const cancel = new AbortController()
  // Every lane listens.
  setMaxListeners(0, cancel.signal)
  const running = new Set<Promise<void>>()
  const follow = (attempt: Promise<void>): void => {
    running.add(attempt)
    void attempt.finally(() => running.delete(attempt))
  }
  const closed = new Promise<void>((resolve) => {
    task.port.on('message', (message: ToThread) => {
      if (message.type === 'attempts')
        for (const order of message.orders) follow(start(order, { outbox, work, cancel: cancel.signal }))
      else if (message.type === 'cancel')
        cancel.abort(new Cancelled({ code: 'CANCELLED', message: message.reason }))
      else if (message.type === 'resume') pauses?.resume(message)
      else if (message.type === 'fault-answer') faults.answered(message)
      else if (message.type === 'sweep')
        follow(sweepAfter(message.order, { outbox, work, cancel: cancel.signal }))
      else if (message.type === 'connection') work.renew(message.connection)
      else resolve()
    })
  })
  outbox.tell({ type: 'thread:ready', thread: task.thread, forwards: await work.begin() })
  await closed
  await Promise.all(running)
  await work.close()
  outbox.flush()
  stopBeating()
  task.port.close()
}

interface Starting {
  readonly outbox: Outbox
  readonly work: ThreadWork
  readonly cancel: AbortSignal
}

async function start(order: AttemptOrder, { outbox, work, cancel }: Starting): Promise<void> {
  const { lane, attempt, scenario } = order
  const onLaneFree = (): void => outbox.send({ type: 'lane-free', lane, scenario: scenario.id, attempt })
  try {
    await work.attempt(order, cancel, onLaneFree)
  } catch (thrown) {
    // An error of ours, which must not look like a hung scenario.
    const failure = toFailure(thrown)
    outbox.tell({
      type: 'attempt:ended',
      scenario: scenario.id,
      attempt,
      outcome: 'broken',
      ms: 0,
      failure,
      leftovers: [],
    })
  }
}

async function sweepAfter(order: SweepOrder, { outbox, work, cancel }: Starting): Promise<void> {
  const leftovers = await work.sweep(order, cancel)
  outbox.send({ type: 'swept', id: order.id, leftovers })
}
