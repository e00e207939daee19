import type { Clock } from '../../base/clock.ts'
import { describeError } from '../../base/failure.ts'
import { createDialer } from '../../cluster/dialer.ts'
import { readyPod } from '../../cluster/ready-pod.ts'
import type { ClusterConnection, KubeClient } from '../../cluster/types.ts'
import type { GatewayDescription } from '../../gateway/description.ts'
import { connectRedis } from '../../redis/redis-client.ts'
import { byLabel } from '../../targets/discover.ts'
import { PROFILE_LABEL } from '../../targets/labels.ts'
import { bad, off, ok, type Check } from './check.ts'

export interface GatewayLook {
  readonly client: KubeClient
  readonly connection: ClusterConnection
  readonly clock: Clock
  readonly description: GatewayDescription
  /** Profile → namespace, from the configuration. */
  readonly mapped: Readonly<Record<string, string>>
}

/** Where a gateway and its Redis are. */
export interface GatewayPlace {
  readonly profile: string
  readonly namespace: string
  /** For one scenario at a time, which may break it. */
  readonly exclusive: boolean
}

/** What a run would find: by labels, and as the configuration says. */
export async function gatewayPlaces({
  client,
  mapped,
}: Pick<GatewayLook, 'client' | 'mapped'>): Promise<readonly GatewayPlace[]> {
  const named = Object.entries(mapped).map(([profile, namespace]) => ({
    ...{ profile, namespace, exclusive: false },
  }))
  const labelled = (await byLabel(client)).map(({ name, namespace, exclusive }) => ({
    ...{ profile: name, namespace, exclusive },
  }))
  return [...labelled, ...named]
}

/** The gateways that a run would find, with their Redis, each reached as a run reaches it. */
export async function gatewayChecks(
  look: GatewayLook,
  places: readonly GatewayPlace[],
): Promise<readonly Check[]> {
  if (places.length === 0) {
    const says = `no namespace is labelled ${PROFILE_LABEL}, and the configuration names none under profiles:`
    return [
      bad(
        'gateways',
        says,
        'gwscen cluster up, or profiles: { dedup: { namespace: … } } in gwscen.config.yaml',
      ),
    ]
  }
  const checks = places.map(async ({ profile, namespace }) => [
    await podCheck(`gateway ${profile}`, namespace, look),
    await redisCheck(`redis ${profile}`, namespace, look),
  ])
  return (await Promise.all(checks)).flat()
}

async function podCheck(
  name: string,
  namespace: string,
  { client, description: { pods } }: GatewayLook,
): Promise<Check> {
  const { labelSelector } = pods.gateway
  try {
    const pod = await readyPod(client, { namespace, labelSelector })
    const restarts = pod.restarts === 0 ? '' : `, restarted ${pod.restarts} times`
    return ok(name, `pod ${namespace}/${pod.name} is ready${restarts}`)
  } catch (error) {
    return bad(name, describeError(error), `kubectl -n ${namespace} describe pod -l ${labelSelector}`)
  }
}

async function redisCheck(name: string, namespace: string, look: GatewayLook): Promise<Check> {
  const { client, connection, clock, description } = look
  const { labelSelector, port } = description.pods.redis
  const pods = () => readyPod(client, { namespace, labelSelector })
  const dialer = createDialer({ connection, clock, pods, port })
  try {
    const makeConnection = () => dialer.dial()
    const redis = await connectRedis({ host: 'pod', port, clock, timeoutMs: 15_000, makeConnection })
    try {
      return (await redis.keyspaceEvents())
        ? ok(name, 'answers, and tells of every change of a key')
        : off(
            name,
            'answers; keyspace events are off, so keys are looked at every 20 to 250 ms',
            `kubectl -n ${namespace} exec deploy/redis -- redis-cli config set notify-keyspace-events KEA`,
          )
    } finally {
      await redis.close()
    }
  } catch (error) {
    return bad(
      name,
      `cannot be reached: ${describeError(error)}`,
      `kubectl -n ${namespace} get pods -l ${labelSelector}`,
    )
  } finally {
    dialer.close()
  }
}
