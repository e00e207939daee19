import { setMaxListeners } from 'node:events'
import { systemClock } from '../base/clock.ts'
import { Broken, Cancelled, toFailure } from '../base/failure.ts'
import { randomFrom } from '../base/random.ts'
import { createKubeClient } from '../cluster/client.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import { createWatchHub } from '../cluster/watch-hub.ts'
import { createExpressions } from '../expressions/expressions.ts'
import { descriptions } from '../gateway/index.ts'
import { compiledValidators } from '../scenario/validators.ts'
import { vocabularyOf } from '../scenario/vocabulary.ts'
import { runAttempt } from './attempt.ts'
import { FaultLine } from './fault-line.ts'
import { openLink } from './gateway-link.ts'
import { Links } from './links.ts'
import { Outbox } from './outbox.ts'
import { Pauses } from './pauses.ts'
import type { AttemptOrder, SweepOrder, ThreadTask, ToThread } from './protocol.ts'
import type { Services } from './services.ts'
import { sweep } from './sweep.ts'
import { keepBeating } from './thread-watchdog.ts'

/** A thread's whole life: opens its own forwards, runs attempts side by side as the host orders them, closes. */
export default async function thread(task: ThreadTask): Promise<void> {
  const stopBeating = keepBeating(task.beats, task.thread, systemClock)
  const outbox = new Outbox((message) => task.port.postMessage(message))
  const faults = new FaultLine((message) => outbox.send(message))
  const { services, links, renew } = servicesOf(task, { faults, outbox })
  const cancel = new AbortController()
  // Every lane listens.
  setMaxListeners(0, cancel.signal)
  const running = new Set<Promise<void>>()
  const closed = new Promise<void>((resolve) => {
    task.port.on('message', (message: ToThread) => {
      if (message.type === 'attempt')
        follow(running, start(message.order, { outbox, services, cancel: cancel.signal }))
      else if (message.type === 'cancel')
        cancel.abort(new Cancelled({ code: 'CANCELLED', message: message.reason }))
      else if (message.type === 'resume') services.pauses?.resume(message)
      else if (message.type === 'fault-answer') faults.answered(message)
      else if (message.type === 'sweep')
        follow(running, sweepAfter(message.order, { outbox, services, cancel: cancel.signal }))
      else if (message.type === 'connection') renew(message.connection)
      else resolve()
    })
  })
  await announce(task, services)
  await closed
  await Promise.all(running)
  services.hub.close()
  services.client.close()
  await links.close()
  outbox.flush()
  stopBeating()
  task.port.close()
}

function follow(running: Set<Promise<void>>, attempt: Promise<void>): void {
  running.add(attempt)
  void attempt.finally(() => running.delete(attempt))
}

interface Starting {
  readonly outbox: Outbox
  readonly services: Services
  readonly cancel: AbortSignal
}

async function start(order: AttemptOrder, { outbox, services, cancel }: Starting): Promise<void> {
  const { lane, attempt, scenario } = order
  const onLaneFree = (): void => outbox.send({ type: 'lane-free', lane, scenario: scenario.id, attempt })
  try {
    await runAttempt({ order, services, cancel, onLaneFree })
  } catch (thrown) {
    // An error of ours, which must not look like a hung scenario.
    const failure = toFailure(thrown)
    services.emit({
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

async function sweepAfter(order: SweepOrder, { outbox, services, cancel }: Starting): Promise<void> {
  const leftovers = await sweep(order, services, cancel)
  outbox.send({ type: 'swept', id: order.id, leftovers })
}

/** Opens the ways to all shared deployments; what cannot be reached is told by the scenarios that need it. */
async function announce({ thread: id, deployments }: ThreadTask, services: Services): Promise<void> {
  const shared = deployments.filter(({ exclusive }) => !exclusive)
  const opened = await Promise.allSettled(shared.map(({ name }) => services.link(name)))
  const forwards = opened.flatMap((result) => (result.status === 'fulfilled' ? result.value.forwards : []))
  services.emit({ type: 'thread:ready', thread: id, forwards })
}

interface Opened {
  readonly services: Services
  readonly links: Links
  /** Everything that is open, and all that will be, goes by these credentials. */
  readonly renew: (connection: ClusterConnection) => void
}

interface Lines {
  readonly faults: FaultLine
  readonly outbox: Outbox
}

function servicesOf(task: ThreadTask, { faults, outbox }: Lines): Opened {
  const clock = systemClock
  const { connection, deployments } = task
  const description = descriptions[task.description]
  if (description === undefined) throw new Error(`no description ${task.description}`)
  const validators = compiledValidators(description)
  let newest = connection
  const onRefused = connection.renewable === true ? () => outbox.send({ type: 'refused' }) : undefined
  const reach = { clock, ...(onRefused === undefined ? {} : { onRefused }) }
  const client = createKubeClient(connection, {
    ...reach,
    random: randomFrom(task.seed, task.thread, 'client'),
  })
  const hub = createWatchHub({ ...reach, connection, random: randomFrom(task.seed, task.thread, 'watch') })
  const links = new Links((name) => {
    const deployment = deployments.find((one) => one.name === name)
    if (deployment !== undefined)
      return openLink({
        ...reach,
        deployment,
        description,
        connection: newest,
        client,
        patienceMs: task.patienceMs,
      })
    return Promise.reject(new Broken({ code: 'UNREACHABLE', message: `no deployment ${name}` }))
  })
  const services: Services = {
    thread: task.thread,
    run: task.run,
    seed: task.seed,
    clock,
    client,
    hub,
    description,
    ...(validators === undefined ? {} : { described: { description, validators } }),
    deployments,
    allowedKinds: task.allowedKinds,
    expressions: createExpressions(vocabularyOf(description)),
    env: task.env,
    link: (name) => links.ready(name),
    breakTarget: (deployment, outage) => faults.begin(deployment, outage),
    keep: task.keep,
    ...(task.pauseOnFailure ? { pauses: new Pauses((event) => outbox.tell(event)) } : {}),
    emit: (event) => outbox.tell(event),
    announceSignals: (news) => outbox.send({ type: 'sending', ...news }),
  }
  const renew = (fresh: ClusterConnection): void => {
    newest = fresh
    for (const one of [client, hub, links]) one.update(fresh)
  }
  return { services, links, renew }
}
