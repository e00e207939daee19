import { systemClock } from '../base/clock.ts'
import { runAttempt } from './attempt.ts'
import { FaultLine } from './fault-line.ts'
import { knowledgeOf, openServices } from './open-services.ts'
import { Outbox } from './outbox.ts'
import { Pauses } from './pauses.ts'
import type { ThreadTask } from './protocol.ts'
import { serveHost } from './serve-host.ts'
import { Stalls } from './loops.ts'
import { sweep } from './sweep.ts'

/** A thread in real time: opens its own forwards to the one target, and runs attempts side by side. */
export default async function thread(task: ThreadTask): Promise<void> {
  const clock = systemClock
  const outbox = new Outbox((message) => task.port.postMessage(message), clock)
  const faults = new FaultLine((message) => outbox.send(message))
  const pauses = task.pauseOnFailure ? new Pauses((event) => outbox.tell(event)) : undefined
  const stalls = new Stalls(clock, task.loops, task.thread)
  const opened = openServices(task, knowledgeOf(task), {
    clock,
    connection: task.connection,
    seed: [task.seed, task.thread],
    breakTarget: (deployment, outage) => faults.begin(deployment, outage),
    outbox,
    pauses,
  })
  const services = { ...opened.services, stalledSince: (moment: number) => stalls.since(moment) }
  await serveHost(
    task,
    { outbox, faults, pauses, clock },
    {
      begin: async () => {
        // What cannot be reached is told by the scenarios that need it.
        const shared = task.deployments.filter(({ exclusive }) => !exclusive)
        const links = await Promise.allSettled(shared.map(({ name }) => services.link(name)))
        return links.flatMap((result) => (result.status === 'fulfilled' ? result.value.forwards : []))
      },
      attempt: (order, cancel, onLaneFree) => runAttempt({ order, services, cancel, onLaneFree }),
      sweep: (order, cancel) => sweep(order, services, cancel),
      renew: opened.renew,
      close: async () => {
        stalls.close()
        await opened.close()
      },
    },
  )
}
