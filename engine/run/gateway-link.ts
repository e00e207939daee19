import type { Clock } from '../base/clock.ts'
import { Broken, describeError } from '../base/failure.ts'
import { openForward, type Forward } from '../cluster/port-forward.ts'
import { readyPod } from '../cluster/ready-pod.ts'
import type { ClusterConnection, KubeClient } from '../cluster/types.ts'
import type { ForwardInfo } from '../events/event.ts'
import type { GatewayDescription, Settings } from '../gateway/description.ts'
import { createHttp, type Http } from '../http/http.ts'
import { connectRedis, type RedisClient } from '../redis/redis-client.ts'
import type { Deployment } from '../targets/target.ts'

const CHECK_MS = 5000

/** A thread's own way to one deployment: a forward to the gateway, one to Redis, and a client on each. */
export interface GatewayLink {
  readonly deployment: Deployment
  readonly settings: Settings
  readonly url: string
  readonly http: Http
  readonly redis: RedisClient
  readonly forwards: readonly ForwardInfo[]
  /** Grows whenever a forward broke or its pod became another one. */
  epoch(): number
  /** Why a forward last broke. */
  lastError(): string | undefined
  /** Makes sure that both pods can be reached; rejects with `Broken`. */
  check(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface LinkOptions {
  readonly deployment: Deployment
  readonly description: GatewayDescription
  readonly connection: ClusterConnection
  readonly client: KubeClient
  readonly clock: Clock
}

/** Opens both forwards and connects to Redis through its own; rejects with `Broken`, and nothing is left open. */
export async function openLink(options: LinkOptions): Promise<GatewayLink> {
  const opened: Forward[] = []
  let made: GatewayLink | undefined
  try {
    for (const pod of ['gateway', 'redis'] as const) opened.push(await forwardTo(pod, options))
    const [gateway, redis] = opened as [Forward, Forward]
    const client = await connectRedis({ host: redis.host, port: redis.port, clock: options.clock })
    made = link(options, { gateway, redis, client })
    await made.check()
    return made
  } catch (cause) {
    const reason = opened.map(({ lastError }) => lastError).find((text) => text !== undefined)
    await (made === undefined ? Promise.all(opened.map((forward) => forward.close())) : made.close())
    if (cause instanceof Broken) throw cause
    const { name } = options.deployment
    throw new Broken({
      code: 'UNREACHABLE',
      message: `${name} cannot be reached: ${reason ?? describeError(cause)}`,
      cause,
    })
  }
}

function forwardTo(pod: 'gateway' | 'redis', options: LinkOptions): Promise<Forward> {
  const { client, connection, clock, deployment, description } = options
  const { labelSelector, port } = description.pods[pod]
  const pods = () => readyPod(client, { namespace: deployment.namespace, labelSelector })
  return openForward({ connection, clock, pods, port })
}

interface Opened {
  readonly gateway: Forward
  readonly redis: Forward
  readonly client: RedisClient
}

function link(
  { deployment, description, clock }: LinkOptions,
  { gateway, redis, client }: Opened,
): GatewayLink {
  const url = `http://${gateway.host}:${gateway.port}`
  const http = createHttp({ clock, maxSockets: 64 })
  const { namespace, version, profile } = deployment
  const forward = (to: 'gateway' | 'redis', { port, target }: Forward): ForwardInfo => ({
    profile,
    to,
    localPort: port,
    pod: `${target?.namespace ?? namespace}/${target?.name ?? '?'}`,
  })
  return {
    deployment,
    settings: description.settings.read(deployment.configuration, { namespace, version, url }),
    url,
    http,
    redis: client,
    // A forward knows its pod from its first connection on.
    get forwards() {
      return [forward('gateway', gateway), forward('redis', redis)]
    },
    epoch: () => gateway.epoch + redis.epoch,
    lastError: () => gateway.lastError ?? redis.lastError,
    check: async (signal) => {
      try {
        const health = {
          method: 'GET',
          url: `${url}${description.paths.health}`,
          timeoutMs: CHECK_MS,
          signal,
        }
        // What it answers is for the scenarios to judge; that it answers shows that the way is open.
        await Promise.all([http.exchange(health), client.command('PING')])
      } catch (cause) {
        signal?.throwIfAborted()
        const reason = gateway.lastError ?? redis.lastError ?? describeError(cause)
        throw new Broken({
          code: 'UNREACHABLE',
          message: `${deployment.name} cannot be reached: ${reason}`,
          cause,
        })
      }
    },
    close: async () => {
      http.close()
      await client.close()
      await Promise.all([gateway.close(), redis.close()])
    },
  }
}
