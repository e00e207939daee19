import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { systemClock } from '../../../../base/clock.ts'
import { kubeconfigText } from '../../../../commands/kubeconfig.ts'
import type { ApiServer } from '../../../apiserver/api-server.ts'
import { manifestText, startCluster } from '../../../apiserver/testing/cluster.ts'
import { createWatchdog, type Watchdog } from '../../../redis/create-watchdog.ts'
import { findServer } from '../../../redis/find-server.ts'
import { provideRedis, type RedisInstance } from '../../../redis/provider.ts'
import { GatewayProcess, type Line } from './gateway-process.ts'

const WATCHDOG = fileURLToPath(new URL('../../../redis/watchdog.ts', import.meta.url))

/** A Redis, an embedded API server and a folder, for gateways that run as processes of their own. */
export interface Stage {
  readonly folder: string
  readonly redis: RedisInstance
  /** `127.0.0.1:6379` */
  readonly redisAddress: string
  readonly redisName: string
  readonly cluster: ApiServer
  /** Starts a gateway with these flags and a kubeconfig for the cluster. */
  start(flags: readonly string[], options?: GatewayOptions): GatewayProcess
  /** Writes the configuration and starts a gateway with it and the Redis. */
  gateway(config: string, options?: GatewayOptions): Promise<GatewayProcess>
  /** Ends the gateways that were started, hard. */
  clear(): Promise<void>
  close(): Promise<void>
}

export interface GatewayOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly keep?: (line: Line) => boolean
}

/** Whether a real Redis server is on this PATH. */
export async function hasRedisServer(searchPath: string): Promise<boolean> {
  return (await findServer(searchPath)).server !== undefined
}

/** With a real Redis server where there is one. */
export async function openStage(searchPath: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-gateway-'))
  const watchdog = createWatchdog({ entry: ['--import', 'tsx', WATCHDOG], clock: systemClock })
  const provider = await provideRedis({ clock: systemClock, searchPath, runDir: folder, watchdog })
  const redis = await provider.start()
  const cluster = await startCluster({ crds: [parse(manifestText)] })
  await writeFile(join(folder, 'kubeconfig'), kubeconfigText(cluster.connection))
  await writeFile(join(folder, 'policy.rego'), 'package priority\n')
  const processes: GatewayProcess[] = []
  const redisAddress = `${redis.host}:${redis.port}`
  const clear = async (): Promise<void> => {
    for (const process of processes.splice(0)) await process.kill()
  }
  const start: Stage['start'] = (flags, { env = {}, keep } = {}) => {
    const all = { PATH: searchPath, KUBECONFIG: join(folder, 'kubeconfig'), ...env }
    const started = new GatewayProcess(flags, all, keep)
    processes.push(started)
    return started
  }
  return {
    folder,
    redis,
    redisAddress,
    redisName: provider.name,
    cluster,
    clear,
    start,
    gateway: async (config, options) => {
      const file = join(folder, `config-${processes.length}.yaml`)
      await writeFile(file, config)
      return start(['--config', file, '--redis', redisAddress], options)
    },
    close: async () => {
      await clear()
      await closeAll({ redis, cluster, watchdog })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Open {
  readonly redis: RedisInstance
  readonly cluster: ApiServer
  readonly watchdog: Watchdog
}

async function closeAll({ redis, cluster, watchdog }: Open): Promise<void> {
  await redis.stop()
  await cluster.close()
  await watchdog.close()
}
