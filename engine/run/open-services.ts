import type { Clock } from '../base/clock.ts'
import { Broken } from '../base/failure.ts'
import { randomFrom } from '../base/random.ts'
import { createKubeClient } from '../cluster/client.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import { createWatchHub } from '../cluster/watch-hub.ts'
import { createExpressions, type Expressions } from '../expressions/expressions.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { descriptions } from '../gateway/index.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import { compiledValidators } from '../scenario/validators.ts'
import { vocabularyOf } from '../scenario/vocabulary.ts'
import { openLink } from './gateway-link.ts'
import { Links } from './links.ts'
import { Lull } from './lull.ts'
import type { Outbox } from './outbox.ts'
import type { Pauses } from './pauses.ts'
import type { ThreadTask } from './protocol.ts'
import type { Services } from './services.ts'

/** What a thread knows without any target. */
export interface Knowledge {
  readonly description: GatewayDescription
  readonly described?: NonNullable<Services['described']>
  readonly expressions: Expressions
}

/** Compiles what is compiled once per thread. */
export function knowledgeOf(task: ThreadTask): Knowledge {
  const description = descriptions[task.description]
  if (description === undefined) throw new Error(`no description ${task.description}`)
  const validators = compiledValidators(description)
  return {
    description,
    ...(validators === undefined ? {} : { described: { description, validators } }),
    expressions: createExpressions(vocabularyOf(description)),
  }
}

/** Where services find their target, and in whose time. */
export interface Place {
  readonly clock: Clock
  readonly connection: ClusterConnection
  /** In place of TCP. */
  readonly makeConnection?: MakeConnection
  /** For the jitter of retries. */
  readonly seed: readonly (string | number)[]
  readonly breakTarget: Services['breakTarget']
  readonly outbox: Outbox
  readonly pauses: Pauses | undefined
}

export interface Opened {
  readonly services: Services
  /** Everything that is open, and all that will be, goes by these credentials. */
  readonly renew: (connection: ClusterConnection) => void
  readonly close: () => Promise<void>
}

/** Connects to nothing yet. */
export function openServices(task: ThreadTask, knowledge: Knowledge, place: Place): Opened {
  const { clock, connection, makeConnection, outbox, pauses, seed } = place
  const onRefused = connection.renewable === true ? () => outbox.send({ type: 'refused' }) : undefined
  const reach = {
    clock,
    ...(makeConnection === undefined ? {} : { makeConnection }),
    ...(onRefused === undefined ? {} : { onRefused }),
  }
  let newest = connection
  // On a cluster a try that ran into its own limit must leave time for another one.
  const patient = task.patienceMs > 0 ? { retryMs: task.patienceMs } : {}
  const client = createKubeClient(connection, { ...reach, ...patient, random: randomFrom(...seed, 'client') })
  const hub = createWatchHub({ ...reach, connection, random: randomFrom(...seed, 'watch') })
  const { description } = knowledge
  const links = new Links((name) => {
    const deployment = task.deployments.find((one) => one.name === name)
    if (deployment !== undefined)
      return openLink({
        ...{ ...reach, deployment, description, connection: newest, client },
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
    ...knowledge,
    deployments: task.deployments,
    allowedKinds: task.allowedKinds,
    env: task.env,
    link: (name) => links.ready(name),
    breakTarget: place.breakTarget,
    keep: task.keep,
    ...(pauses === undefined ? {} : { pauses }),
    ...(task.patienceMs > 0 ? { lull: new Lull(clock) } : {}),
    emit: (event) => outbox.tell(event),
    announceSignals: (news) => outbox.send({ type: 'sending', ...news }),
  }
  const close = async (): Promise<void> => {
    hub.close()
    client.close()
    await links.close()
  }
  const renew = (fresh: ClusterConnection): void => {
    newest = fresh
    for (const one of [client, hub, links]) one.update(fresh)
  }
  return { services, renew, close }
}
