import { createServer, type Server } from 'node:http'
import type { Json } from '../base/json.ts'
import type { Outage } from '../base/outage.ts'
import { randomFrom } from '../base/random.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import { createApi, type SocketlessApi } from '../embedded/apiserver/api-server.ts'
import { readDefinition, type ServedDefinition } from '../embedded/apiserver/custom-resource.ts'
import { Witness } from '../embedded/gateway/faults/witness.ts'
import { RedisDoor } from '../embedded/faults/redis-door.ts'
import { loadLua } from '../embedded/redis/js-server.ts'
import type { Box } from '../embedded/virtual/box.ts'
import { VirtualNetwork } from '../embedded/virtual/network.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import { beginOutage } from './embedded-outages.ts'
import { GatewayPod } from './embedded-pod.ts'
import { PodPorts } from './pod-ports.ts'
import type { Deployment } from './target.ts'
import { startVirtualRedis, virtualEntrance } from './virtual-redis.ts'
import type { Wires } from './wires.ts'

/** What sandboxes under the virtual clock are made of. Plain data: crosses threads. */
export interface VirtualPlan {
  readonly crds: readonly Json[]
  /** The text of the gateway's priority policy. */
  readonly policy: string
  readonly faults: readonly string[]
}

/** A plan whose costly parts are ready; all sandboxes of a thread share it. */
export interface SandboxParts extends Omit<VirtualPlan, 'crds'> {
  readonly definitions: readonly ServedDefinition[]
  readonly lua: ReturnType<typeof loadLua>
}

/** Resolves when everything is loaded that a sandbox would wait for outside its own time. */
export async function sandboxParts({ crds, policy, faults }: VirtualPlan): Promise<SandboxParts> {
  const lua = loadLua()
  const definitions = crds.map(readDefinition)
  await lua
  return { policy, faults, definitions, lua }
}

export interface SandboxOptions {
  readonly box: Box
  readonly seed: string
  readonly parts: SandboxParts
  /** Absent: a cluster without a gateway. */
  readonly deployment: Deployment | undefined
  /** Redis may be broken on its way. */
  readonly breakable: boolean
  /** In place of those of the parts. */
  readonly faults?: readonly string[] | undefined
  /** Whether to note which faults would have made a difference. */
  readonly witnessed?: boolean | undefined
}

/** A cluster with at most one gateway, within one box. */
export interface VirtualSandbox {
  readonly connection: ClusterConnection
  /** To its API server. */
  readonly makeConnection: MakeConnection
  fault(outage: Outage): Promise<() => Promise<void>>
  /** Faults that would have made a difference until now; none where that is not noted. */
  touched(): readonly string[]
  close(): Promise<void>
}

/** As `startEmbedded`, but joined by connections in memory, and all of it in the time of the box. */
export async function openSandbox(options: SandboxOptions): Promise<VirtualSandbox> {
  const { box, seed, deployment } = options
  const network = new VirtualNetwork(box)
  const ports = new PodPorts()
  let cluster: Cluster | undefined
  // Whoever asks nothing of a cluster gets by without one.
  const made = (): Cluster => (cluster ??= makeCluster(options, network, ports))
  const connection = { server: 'http://kubernetes', token: 'virtual' }
  const gateway =
    deployment === undefined
      ? undefined
      : await startGateway({ ...options, deployment }, { network, ports, api: made().api })
  return {
    connection,
    makeConnection: () => network.dial(made().port),
    touched: () => gateway?.witness?.touched ?? [],
    fault: async (outage) => {
      if (gateway?.door === undefined) throw new Error('nothing of this gateway can be broken')
      const { pod, door } = gateway
      return beginOutage(outage, {
        ...{ pod, door, api: made().api, clock: box.clock, random: randomFrom(seed, 'outages') },
      })
    },
    close: async () => {
      await gateway?.stop()
      cluster?.api.close()
    },
  }
}

interface Cluster {
  readonly api: SocketlessApi
  /** Where the API server listens. */
  readonly port: number
}

function makeCluster(
  { box, seed, parts }: SandboxOptions,
  network: VirtualNetwork,
  ports: PodPorts,
): Cluster {
  const api = createApi({
    clock: box.clock,
    random: randomFrom(seed, 'api'),
    definitions: parts.definitions,
    token: 'virtual',
    dial: (pod, port) => dialed(network, ports.portOf(pod, port)),
    logs: (pod) => ports.logs(pod.metadata.name, pod.metadata.namespace ?? ''),
  })
  return { api, port: listen(network, served(api)) }
}

interface Surroundings {
  readonly network: VirtualNetwork
  readonly ports: PodPorts
  readonly api: SocketlessApi
}

interface Started {
  readonly pod: GatewayPod
  readonly door: RedisDoor | undefined
  readonly witness: Witness | undefined
  stop(): Promise<void>
}

async function startGateway(
  {
    box,
    seed,
    parts,
    deployment,
    breakable,
    faults,
    witnessed,
  }: SandboxOptions & { readonly deployment: Deployment },
  { network, ports, api }: Surroundings,
): Promise<Started> {
  const { clock } = box
  const witness = witnessed === true ? new Witness() : undefined
  const redis = startVirtualRedis({ clock, network, lua: parts.lua })
  const door = breakable ? await RedisDoor.open(redis, clock, virtualEntrance(network)) : undefined
  const wires: Wires = {
    pass: (then) => network.deliver(then),
    toRedis: { makeConnection: ({ port }) => network.dial(port, { detours: true }) },
    listen: (server) => Promise.resolve(listen(network, server)),
  }
  const pod = new GatewayPod({
    ...{ deployment, clock, seed, wires, network: ports },
    redis: { host: redis.host, port: door?.port ?? redis.port, restart: () => redis.restart() },
    api,
    faults: faults ?? parts.faults,
    witness,
    policy: parts.policy,
  })
  await pod.start()
  const stop = async (): Promise<void> => {
    await pod.stop()
    await door?.close()
    redis.stop()
  }
  return { pod, door, witness, stop }
}

function served(api: SocketlessApi): Server {
  const server = createServer()
  api.serve(server)
  return server
}

function listen(network: VirtualNetwork, server: Server): number {
  return network.listen((connection) => void server.emit('connection', connection)).port
}

function dialed(network: VirtualNetwork, port: number | undefined) {
  return port === undefined ? undefined : network.dial(port, { detours: true })
}
