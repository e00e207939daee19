import type { Clock } from '../base/clock.ts'
import type { Json } from '../base/json.ts'
import { randomFrom } from '../base/random.ts'
import { untilReady, type PodWait } from '../cluster/await-pods.ts'
import { createKubeClient, type PodKiller, type RestKubeClient } from '../cluster/client.ts'
import type { Credentials } from '../cluster/credentials.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import { beginClusterOutage, resetDeployment, type ClusterBreakable } from './cluster-outages.ts'
import { discover, type Mapped } from './discover.ts'
import { openPodRedis } from './pod-redis.ts'
import type { Deployment, Target, Wanted } from './target.ts'

export interface ClusterOptions {
  readonly clock: Clock
  readonly seed: string
  /** For the header: `cluster kind-gwscen`. */
  readonly name: string
  readonly credentials: Credentials
  readonly wanted: Wanted
  /** What is wanted, where somebody has just found all of it ready; otherwise it is looked for. */
  readonly ready?: ReadyDeployments | undefined
  /** Profile → where it runs, where labels do not say it. */
  readonly mapped: Readonly<Record<string, Mapped>>
  /** How the pods of a deployment are found. */
  readonly pods: Readonly<
    Record<'gateway' | 'redis', { readonly labelSelector: string; readonly port: number }>
  >
  readonly configuration: { readonly configMap: string; readonly key: string }
  readonly gatewayVersion?: string
  /** Reads YAML. */
  readonly parse: (text: string) => Json
}

/** Deployments of which nothing need be asked. */
export interface ReadyDeployments {
  readonly deployments: readonly Deployment[]
  /** What Redis they have, for the header. */
  readonly redis: string
}

/** Gateways that run on a cluster already. Rejects with a sentence that says what is missing there. */
export async function startCluster(options: ClusterOptions): Promise<Target> {
  const { clock, seed, name, credentials } = options
  const client = createKubeClient(credentials.connection, { clock, random: randomFrom(seed, 'target') })
  const unsubscribe = credentials.subscribe((connection) => client.update(connection))
  const close = (): Promise<void> => {
    unsubscribe()
    credentials.close()
    client.close()
    return Promise.resolve()
  }
  try {
    const at = (deployment: Deployment): ClusterBreakable => breakable(deployment, client, options)
    const { deployments, redis } = options.ready ?? (await found(options, client, at))
    const named = (wantedName: string): ClusterBreakable => {
      const found = deployments.find((one) => one.name === wantedName)
      if (found?.exclusive !== true)
        throw new Error(`${wantedName} is no gateway that may be broken or reset`)
      return at(found)
    }
    return {
      name,
      get connection() {
        return credentials.connection
      },
      deployments,
      redis,
      gateway: gatewayName(deployments),
      access: [],
      fault: (deployment, outage) => beginClusterOutage(outage, named(deployment)),
      reset: (deployment) => resetDeployment(named(deployment)),
      patienceMs: 30_000,
      credentials,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function found(
  options: ClusterOptions,
  client: RestKubeClient,
  at: (deployment: Deployment) => ClusterBreakable,
): Promise<ReadyDeployments> {
  const { labelSelector: gatewaySelector } = options.pods.gateway
  const deployments = await discover({ ...options, client, gatewaySelector })
  const all = deployments.map(at)
  const [redis] = await Promise.all([
    redisName(all),
    ...all.flatMap(({ gateway, redis }) => [untilReady(gateway), untilReady(redis)]),
  ])
  return { deployments, redis }
}

function breakable(
  { namespace }: Deployment,
  client: RestKubeClient & PodKiller,
  { clock, credentials, pods }: ClusterOptions,
): ClusterBreakable {
  const connection: ClusterConnection = credentials.connection
  const wait = (of: 'gateway' | 'redis'): PodWait => ({
    client,
    connection,
    clock,
    namespace,
    labelSelector: pods[of].labelSelector,
  })
  const redis = wait('redis')
  return {
    client,
    clock,
    gateway: wait('gateway'),
    redis,
    openRedis: () =>
      openPodRedis({ connection, clock, pods: () => untilReady(redis), port: pods.redis.port }),
  }
}

/** For the header alone; whether scenarios reach it is theirs to find out. */
async function redisName([first]: readonly ClusterBreakable[]): Promise<string> {
  if (first === undefined) return 'none'
  try {
    const redis = await first.openRedis()
    return await redis.version().finally(() => redis.close())
  } catch {
    return 'redis of an unknown version'
  }
}

function gatewayName(deployments: readonly Deployment[]): string {
  const versions = [...new Set(deployments.map(({ version }) => version))]
  return versions.length === 0 ? 'none' : `${versions.join(', ')} gateway`
}
