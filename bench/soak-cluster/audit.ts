import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { systemClock } from '../../engine/base/clock.ts'
import { createDialer } from '../../engine/cluster/dialer.ts'
import { readyPod } from '../../engine/cluster/ready-pod.ts'
import { NAMESPACES } from '../../engine/cluster/resource-path.ts'
import type { ClusterConnection, KubeClient, ResourceType } from '../../engine/cluster/types.ts'
import type { Event } from '../../engine/events/event.ts'
import { connectRedis } from '../../engine/redis/redis-client.ts'

const REQUESTS: ResourceType = {
  group: 'remediation.kubernaut.io',
  version: 'v1alpha1',
  plural: 'remediationrequests',
  kind: 'RemediationRequest',
  namespaced: true,
}

export interface AuditOptions {
  readonly client: KubeClient
  readonly connection: ClusterConnection
  /** Where the gateway and its Redis are. */
  readonly namespace: string
  /** In the command line of every process of the run. */
  readonly folder: string
}

/** What a run has left: namespaces, objects, keys, forwards, processes; a line each. */
export async function leftBehind(
  events: readonly Event[],
  options: AuditOptions,
): Promise<readonly string[]> {
  const { client, folder } = options
  const own = new Set(
    events.flatMap((event) => (event.type === 'scenario:started' ? Object.values(event.namespaces) : [])),
  )
  const namespaces = (await client.list(NAMESPACES)).items.map(({ metadata }) => metadata.name)
  const objects = (await client.list(REQUESTS)).items.map(({ metadata }) => metadata.namespace ?? '')
  const ports = events.flatMap((event) =>
    event.type === 'thread:ready' ? event.forwards.map(({ localPort }) => localPort) : [],
  )
  const open = await Promise.all(ports.map(isOpen))
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  const isOwn = (text: string): boolean => [...own].some((name) => text.includes(name))
  const keys = await keysThatStay(options, isOwn)
  return [
    ...namespaces.filter((name) => own.has(name)).map((name) => `namespace ${name}`),
    ...objects.filter((name) => own.has(name)).map((name) => `RemediationRequest in ${name}`),
    ...keys.map((key) => `key ${key}`),
    ...ports.filter((_, index) => open[index]).map((port) => `forward at ${port}`),
    ...processes.filter((line) => line.includes(folder)).map((line) => `process ${line}`),
  ]
}

/** The gateway may finish what nobody waits for any more, and what it writes then has a life of minutes at most. */
const KEYS_GONE_WITHIN_MS = 150_000

async function keysThatStay(
  options: AuditOptions,
  isOwn: (key: string) => boolean,
): Promise<readonly string[]> {
  const end = systemClock.now() + KEYS_GONE_WITHIN_MS
  for (;;) {
    const own = (await keysAt(options)).filter(isOwn)
    if (own.length === 0 || systemClock.now() > end) return own
    await systemClock.sleep(2000)
  }
}

async function keysAt({ client, connection, namespace }: AuditOptions): Promise<readonly string[]> {
  const pods = () => readyPod(client, { namespace, labelSelector: 'app=redis' })
  const dialer = createDialer({ connection, clock: systemClock, pods, port: 6379 })
  try {
    const makeConnection = () => dialer.dial()
    const redis = await connectRedis({
      ...{ host: 'pod', port: 6379, clock: systemClock, timeoutMs: 15_000 },
      makeConnection,
    })
    return await redis.scan('*').finally(() => redis.close())
  } finally {
    dialer.close()
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
  })
}
