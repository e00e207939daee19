import type { Duplex } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import type { RefreshFor } from '../cluster/dialer.ts'
import { openDirect } from '../cluster/direct-way.ts'
import { openForward, type Forward } from '../cluster/port-forward.ts'
import { readyPod } from '../cluster/ready-pod.ts'
import type { ClusterConnection, KubeClient } from '../cluster/types.ts'
import type { ForwardInfo } from '../events/event.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import type { RedisAddress } from '../redis/connection.ts'
import type { Deployment } from '../targets/target.ts'

/** Where a thread reaches a gateway and its Redis. */
export interface Ways {
  /** Without a trailing slash. */
  readonly gateway: string
  readonly redis: RedisAddress & Wire
  /** In place of TCP to the gateway. */
  readonly wire: Wire
  readonly forwards: readonly ForwardInfo[]
  /** Grows whenever a forward broke or its pod became another one. */
  epoch(): number
  lastError(): string | undefined
  /** Looks which pods there are now, so that `epoch` knows of one that was replaced unnoticed; see `Dialer`. Never rejects. */
  refresh(wanted?: RefreshFor): Promise<void>
  /** New credentials, from the next connection on. */
  update(connection: ClusterConnection): void
  close(): Promise<void>
}

export interface WaysOptions {
  readonly deployment: Deployment
  readonly description: GatewayDescription
  readonly connection: ClusterConnection
  readonly client: KubeClient
  readonly clock: Clock
  /** Called when the API server does not take the credentials; then they will be renewed. */
  readonly onRefused?: () => void
  /** To the API server, in place of TCP; then no local ports are opened either. */
  readonly makeConnection?: MakeConnection
}

/** What stands in for TCP; nothing where there is TCP. */
export interface Wire {
  readonly makeConnection?: () => Duplex
}

/** Forwards to both pods, or the addresses that the target gives. */
export async function openWays(options: WaysOptions): Promise<Ways> {
  const { addresses } = options.deployment
  if (addresses !== undefined) return byAddress(addresses, options.deployment)
  const gateway = await forwardTo('gateway', options)
  try {
    return byForward({ gateway, redis: await forwardTo('redis', options) }, options)
  } catch (error) {
    await gateway.close()
    throw error
  }
}

async function forwardTo(pod: 'gateway' | 'redis', options: WaysOptions): Promise<Forward> {
  const { client, connection, clock, deployment, description, onRefused, makeConnection } = options
  const { labelSelector, port } = description.pods[pod]
  const pods = () => readyPod(client, { namespace: deployment.namespace, labelSelector })
  const forward =
    makeConnection === undefined
      ? await openForward({
          connection,
          clock,
          pods,
          port,
          ...(onRefused === undefined ? {} : { onRefused }),
        })
      : openDirect({ connection, clock, pods, port, makeConnection })
  try {
    // Who waits for a pod would wait for this, too; the first connection goes to the pod that was found.
    await forward.refresh()
    return forward
  } catch (error) {
    await forward.close()
    throw error
  }
}

function byForward(
  forwards: Readonly<Record<'gateway' | 'redis', Forward>>,
  { deployment: { profile, namespace } }: WaysOptions,
): Ways {
  const { gateway, redis } = forwards
  const all = [gateway, redis]
  const info = (to: 'gateway' | 'redis', { port, target }: Forward): ForwardInfo => ({
    profile,
    to,
    localPort: port,
    pod: `${target?.namespace ?? namespace}/${target?.name ?? '?'}`,
  })
  return {
    gateway: `http://${gateway.host}:${gateway.port}`,
    redis: { host: redis.host, port: redis.port, ...wireOf(redis) },
    wire: wireOf(gateway),
    // A forward knows its pod from its first connection on.
    get forwards() {
      return [info('gateway', gateway), info('redis', redis)]
    },
    epoch: () => gateway.epoch + redis.epoch,
    lastError: () => gateway.lastError ?? redis.lastError,
    refresh: async (wanted) => {
      await Promise.allSettled(all.map((forward) => forward.refresh(wanted)))
    },
    update: (connection) => all.forEach((forward) => forward.update(connection)),
    close: async () => {
      await Promise.all(all.map((forward) => forward.close()))
    },
  }
}

function wireOf({ makeConnection }: Forward): Wire {
  return makeConnection === undefined ? {} : { makeConnection }
}

function byAddress(addresses: NonNullable<Deployment['addresses']>, { profile }: Deployment): Ways {
  const redis = new URL(addresses.redis)
  const db = Number(redis.pathname.slice(1))
  const at = (url: string): number => Number(new URL(url).port)
  const info = (to: 'gateway' | 'redis', url: string): ForwardInfo => ({
    profile,
    to,
    localPort: at(url),
    pod: new URL(url).host,
  })
  return {
    gateway: addresses.gateway,
    redis: {
      host: redis.hostname,
      port: Number(redis.port || 6379),
      ...(redis.password === '' ? {} : { password: decodeURIComponent(redis.password) }),
      ...(db > 0 ? { db } : {}),
    },
    wire: {},
    forwards: [info('gateway', addresses.gateway), info('redis', addresses.redis)],
    epoch: () => 0,
    lastError: () => undefined,
    refresh: () => Promise.resolve(),
    update: () => undefined,
    close: () => Promise.resolve(),
  }
}
