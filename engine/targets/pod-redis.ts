import type { Clock } from '../base/clock.ts'
import { createDialer } from '../cluster/dialer.ts'
import type { PodIdentity } from '../cluster/ready-pod.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import { connectRedis } from '../redis/redis-client.ts'

/** A Redis in a pod, by a way of our own. */
export interface PodRedis {
  /** `redis 7.0.15`. */
  version(): Promise<string>
  empty(): Promise<void>
  /** Closes the connections of everybody who comes by the network and not by a forward; gives how many there were. */
  dropClients(): Promise<number>
  close(): Promise<void>
}

export interface PodRedisOptions {
  readonly connection: ClusterConnection
  readonly clock: Clock
  readonly pods: () => Promise<PodIdentity>
  readonly port: number
}

/** What is asked here is asked once, on a cluster that may just be coming up. */
const PATIENCE_MS = 30_000

export async function openPodRedis(options: PodRedisOptions): Promise<PodRedis> {
  const dialer = createDialer(options)
  const { clock, port } = options
  try {
    const makeConnection = () => dialer.dial()
    const redis = await connectRedis({ host: 'pod', port, clock, timeoutMs: PATIENCE_MS, makeConnection })
    return {
      version: async () => {
        const info = String(await redis.command('INFO', 'server'))
        return `redis ${/redis_version:(\S+)/.exec(info)?.[1] ?? 'of an unknown version'}`
      },
      empty: async () => {
        await redis.command('FLUSHALL')
      },
      dropClients: async () => {
        const clients = String(await redis.command('CLIENT', 'LIST')).split('\n')
        const ids = clients.flatMap((client) => {
          const [, id] = /^id=(\d+) addr=(?!127\.0\.0\.1:|\[::1\]:)/.exec(client) ?? []
          return id === undefined ? [] : [id]
        })
        await Promise.all(ids.map((id) => redis.command('CLIENT', 'KILL', 'ID', id)))
        return ids.length
      },
      close: async () => {
        await redis.close()
        dialer.close()
      },
    }
  } catch (error) {
    dialer.close()
    throw error
  }
}
