import { realTime } from '../embedded/virtual/globals.ts'
import { sandboxParts } from '../targets/virtual-sandbox.ts'
import { FaultLine } from './fault-line.ts'
import { knowledgeOf } from './open-services.ts'
import { Outbox } from './outbox.ts'
import type { ThreadTask } from './protocol.ts'
import { serveHost } from './serve-host.ts'
import { runInBox } from './virtual-attempt.ts'

/** With so many attempts at hand it is soon enough when the host hears with the next message that one is over. */
const ENOUGH_TO_DO = 4

/**
 * A thread under the virtual clock: each attempt gets a cluster and a gateway of its own, in a time of its own. They run
 * one after the other, since nothing is waited for.
 */
export async function virtualThread(task: ThreadTask): Promise<void> {
  const { virtual } = task
  if (virtual === undefined) throw new Error('the thread was told of no virtual target')
  let toDo = 0
  const outbox = new Outbox(
    (message) => task.port.postMessage(message),
    realTime,
    () => toDo > ENOUGH_TO_DO,
  )
  const faults = new FaultLine((message) => outbox.send(message))
  const knowledge = knowledgeOf(task)
  const parts = sandboxParts(virtual)
  let last: Promise<unknown> = Promise.resolve()
  await serveHost(
    task,
    { outbox, faults, pauses: undefined, clock: realTime },
    {
      begin: async () => {
        await parts
        return []
      },
      // The lane is free with the end of the attempt: nothing else could begin on it before.
      attempt: (order, cancel) => {
        toDo += 1
        const running = last
          .then(async () => runInBox({ task, order, cancel, outbox, knowledge, parts: await parts }))
          .finally(() => {
            toDo -= 1
          })
        last = running.catch(() => undefined)
        return running
      },
      // What a lost thread made was in its own memory.
      sweep: () => Promise.resolve([]),
      renew: () => undefined,
      close: () => Promise.resolve(),
    },
  )
}
