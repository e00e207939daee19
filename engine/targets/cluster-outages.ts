import type { Clock } from '../base/clock.ts'
import { Broken } from '../base/failure.ts'
import { outageName, type Outage } from '../base/outage.ts'
import { untilGone, untilReady, type PodWait } from '../cluster/await-pods.ts'
import { readyPod } from '../cluster/ready-pod.ts'
import { PODS } from '../cluster/resource-path.ts'
import type { PodKiller } from '../cluster/client.ts'
import type { KubeClient } from '../cluster/types.ts'
import { DEPLOYMENTS, deploymentOf } from '../cluster/workload.ts'
import type { PodRedis } from './pod-redis.ts'
import { hideService } from './hidden-service.ts'

/** One deployment of a cluster, and what is needed to break it. */
export interface ClusterBreakable {
  readonly client: KubeClient & PodKiller
  readonly clock: Clock
  /** Where the gateway's pods are. */
  readonly gateway: PodWait
  readonly redis: PodWait
  /** A way to its Redis, past its Service. */
  readonly openRedis: () => Promise<PodRedis>
}

/** Breaks a part of a deployment of a real cluster; resolves with what mends it. */
export async function beginClusterOutage(outage: Outage, at: ClusterBreakable): Promise<() => Promise<void>> {
  switch (outageName(outage)) {
    case 'gateway restart':
      await restartGateway(at)
      return () => Promise.resolve()
    case 'gateway down':
      return stopGateway(at)
    case 'redis lose':
      await withRedis(at, async (redis) => {
        await redis.empty()
        await redis.dropClients()
      })
      return () => Promise.resolve()
    case 'redis down':
      return hideService(at)
    default:
      throw new Broken({ code: 'NO_FAULT', message: `a cluster cannot make the fault ${outageName(outage)}` })
  }
}

/** As it was at first: nothing in Redis, and a gateway that has seen nothing. */
export async function resetDeployment(at: ClusterBreakable): Promise<void> {
  const { client, gateway } = at
  const before = await untilReady(gateway)
  // Whatever it would do with the time to end belongs to the scenario before.
  await client.kill(before)
  await withRedis(at, (redis) => redis.empty())
  await untilReady(gateway, (pod) => pod.uid !== before.uid)
}

async function restartGateway({ client, gateway }: ClusterBreakable): Promise<void> {
  const before = await readyPod(client, gateway)
  await client.delete(PODS, before)
  await untilReady(gateway, (pod) => pod.uid !== before.uid)
  // The one before still answers on connections that it has, until it has ended.
  await untilGone(gateway, before.uid)
}

/** Resolves when no gateway is left, with what starts it again. */
async function stopGateway({ client, gateway }: ClusterBreakable): Promise<() => Promise<void>> {
  const { metadata } = await deploymentOf(client, gateway)
  const scale = (replicas: number): Promise<unknown> =>
    client.patch(DEPLOYMENTS, metadata, { merge: { spec: { replicas } } })
  const start = async (): Promise<void> => {
    await scale(1)
    await untilReady(gateway)
  }
  try {
    await scale(0)
    await untilGone(gateway)
  } catch (error) {
    await start()
    throw error
  }
  return start
}

async function withRedis(at: ClusterBreakable, work: (redis: PodRedis) => Promise<void>): Promise<void> {
  const redis = await at.openRedis()
  try {
    await work(redis)
  } finally {
    await redis.close()
  }
}
