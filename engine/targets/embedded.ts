import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import type { Json } from '../base/json.ts'
import { randomFrom } from '../base/random.ts'
import { startApiServer, type ApiServer } from '../embedded/apiserver/api-server.ts'
import { makeCertificate } from '../embedded/apiserver/certificate.ts'
import { createWatchdog } from '../embedded/redis/create-watchdog.ts'
import { RedisDoor } from '../embedded/faults/redis-door.ts'
import { provideRedis } from '../embedded/redis/provider.ts'
import { deploymentsFor, versionOf } from './deployments.ts'
import { beginOutage } from './embedded-outages.ts'
import { GatewayPod } from './embedded-pod.ts'
import { PodPorts } from './pod-ports.ts'
import { tcpWires } from './wires.ts'
import type { Target, Wanted } from './target.ts'
import { makeRunFolder, removeRunFolder } from './run-folder.ts'

export interface EmbeddedOptions {
  readonly clock: Clock
  readonly seed: string
  readonly wanted: Wanted
  /** Profile → the gateway's configuration file, parsed. */
  readonly configurations: Readonly<Record<string, Json>>
  readonly crds: readonly Json[]
  /** The text of the gateway's priority policy. */
  readonly policy: string
  readonly faults: readonly string[]
  /** Value of PATH, to find a Redis server. */
  readonly searchPath: string
  readonly preferRedis?: 'server' | 'js'
  readonly watchdogEntry: string
  readonly tempFolder: string
  /** A fixed port for the API server; any free one unless given. */
  readonly port?: number
  readonly onWarning: (text: string) => void
}

export interface EmbeddedTarget extends Target {
  /** Private, and gone with the target. */
  readonly folder: string
  /** The cluster itself: its objects, and faults in the way of its requests. */
  readonly api: Pick<ApiServer, 'objects' | 'intercept'>
}

/** A cluster in this process: Kubernetes API, Redis, and one reference gateway per deployment, behind real sockets. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedTarget> {
  const { clock, seed } = options
  const undo: (() => Promise<void>)[] = []
  const close = (): Promise<void> => undoAll(undo)
  try {
    const watchdog = createWatchdog({
      entry: [options.watchdogEntry],
      clock,
      onLost: (reason) =>
        options.onWarning(`the watchdog is gone (${reason}): a killed run may leave things behind`),
    })
    undo.push(() => watchdog.close())
    const runDir = await makeRunFolder(options.tempFolder, watchdog)
    undo.push(() => removeRunFolder(runDir, watchdog))
    const { searchPath, preferRedis } = options
    const [certificate, provider] = await Promise.all([
      makeCertificate(clock),
      provideRedis({
        clock,
        searchPath,
        runDir,
        watchdog,
        ...(preferRedis === undefined ? {} : { prefer: preferRedis }),
      }),
    ])
    for (const text of provider.passedOver) options.onWarning(text)
    const network = new PodPorts()
    const api = await startApiServer({
      clock,
      random: randomFrom(seed, 'api'),
      crds: options.crds,
      dial: (pod, port) => dial(network.portOf(pod, port)),
      credentials: { token: randomFrom(seed, clock.wall(), 'token').word(32), certificate },
      portForwardHint: (pod, port) => network.hint(pod, port),
      logs: (pod) => network.logs(pod.metadata.name, pod.metadata.namespace ?? ''),
      ...(options.port === undefined ? {} : { port: options.port }),
    })
    undo.push(() => api.close())
    const deployments = deploymentsFor({ ...options, version: versionOf(options.faults) })
    const doors = new Map<string, RedisDoor>()
    const pods = await all(
      deployments.map(async (deployment) => {
        const redis = await provider.start()
        undo.push(() => redis.stop())
        const door = deployment.exclusive ? await RedisDoor.open(redis, clock) : undefined
        if (door !== undefined) undo.push(() => door.close())
        const shown = door === undefined ? redis : { ...redis, host: door.host, port: door.port }
        const pod = new GatewayPod({ ...options, deployment, redis: shown, api, network, wires: tcpWires })
        undo.push(() => pod.stop())
        await pod.start()
        if (door !== undefined) doors.set(deployment.name, door)
        return pod
      }),
    )
    return {
      name: 'embedded',
      connection: api.connection,
      deployments,
      redis: provider.name,
      gateway: gatewayName(options.faults),
      // A gateway that was started anew listens on another port.
      get access() {
        return pods.map((pod) => pod.access)
      },
      reset: async (name) => {
        const pod = pods.find(({ access }) => access.deployment === name)
        if (pod === undefined) throw new Error(`no deployment ${name}`)
        await pod.reset()
      },
      fault: (name, outage) => {
        const [pod, door] = [pods.find(({ access }) => access.deployment === name), doors.get(name)]
        if (pod === undefined || door === undefined) throw new Error(`nothing of ${name} can be broken`)
        return beginOutage(outage, { pod, door, api, clock, random: randomFrom(seed, name, 'outages') })
      },
      close,
      folder: runDir,
      api,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Undoes everything, the newest first, also when a step fails; then rejects with the first error. */
async function undoAll(undo: (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}

/** As `Promise.all`, but nothing is under way any more when it rejects. */
async function all<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

/** For the header: with its faults. */
export function gatewayName(faults: readonly string[]): string {
  return faults.length === 0 ? 'reference gateway' : `reference gateway with ${faults.join(', ')}`
}

function dial(port: number | undefined): Duplex | undefined {
  return port === undefined ? undefined : connect({ host: '127.0.0.1', port, allowHalfOpen: true })
}
