import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describeError } from '../base/failure.ts'
import { randomFrom } from '../base/random.ts'
import { createKubeClient, type RestKubeClient } from '../cluster/client.ts'
import { parsePlain } from '../document/plain.ts'
import { kubeOverClient } from '../embedded/gateway/cluster-kube.ts'
import { parseConfig, type GatewayConfig } from '../embedded/gateway/config.ts'
import { readPolicy, type PriorityPolicy } from '../embedded/gateway/priority-policy.ts'
import { createGateway, type Gateway } from '../embedded/gateway/reference-gateway.ts'
import { parseAddress, type Address } from '../embedded/gateway/standalone/address.ts'
import {
  findCluster,
  podNamespace,
  renewToken,
  SERVICE_ACCOUNT_FOLDER,
} from '../embedded/gateway/standalone/cluster-access.ts'
import { LateRedis } from '../embedded/gateway/standalone/late-redis.ts'
import { listen, shutDown } from '../embedded/gateway/standalone/serve.ts'
import { connectRedis } from '../redis/redis-client.ts'
import type { World } from './world.ts'

/** The flags of the gateway, as they were given or are by default. */
export interface GatewayFlags {
  readonly config: string
  readonly listen: string
  readonly redis: string
  readonly redisDb: number
  /** Empty: `KUBECONFIG`, the pod's service account, `~/.kube/config`. */
  readonly kubeconfig: string
  /** Names of faults and presets. */
  readonly faults: readonly string[]
  /** For tests; default: where Kubernetes puts it. */
  readonly serviceAccountFolder?: string
}

/** Why the gateway does not start, with the exit code of the program it stands for. */
class Fatal extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

const PING_WITHIN_MS = 5000

/** The reference gateway as a process of its own, until a signal comes. Gives the exit code. */
export async function gateway(flags: GatewayFlags, world: World): Promise<number> {
  const stop = new AbortController()
  const unlisten = world.onSignal(() => stop.abort())
  try {
    await pingRedis(flags, world)
    const settings = await readSettings(flags, world)
    const running = await start(flags, settings, world)
    await untilAborted(stop.signal)
    await running.stop()
    return 0
  } catch (error) {
    writeFatal(error, world)
    return error instanceof Fatal ? error.exitCode : 1
  } finally {
    unlisten()
  }
}

/** Redis as the flags name it, whatever the file says. */
async function pingRedis({ redis, redisDb }: GatewayFlags, { clock }: World): Promise<void> {
  const { host, port } = addressOf('--redis', redis)
  try {
    const client = await connectRedis({
      host: host || 'localhost',
      port,
      db: redisDb,
      clock,
      timeoutMs: PING_WITHIN_MS,
    })
    await client.close()
  } catch (error) {
    throw new Fatal(`Redis connection failed: ${describeError(error)}`)
  }
}

interface Settings {
  readonly config: GatewayConfig
  readonly policy: PriorityPolicy
}

async function readSettings(flags: GatewayFlags, world: World): Promise<Settings> {
  const [document] = await asked(
    `configuration ${flags.config}`,
    async () => parsePlain(await readFile(resolve(world.cwd, flags.config))) as readonly unknown[],
  )
  const { listen: listenFlag, redis, redisDb } = flags
  const parsed = parseConfig(document ?? null, {
    env: world.env,
    flags: { listen: listenFlag, redis, redisDb },
  })
  if (!parsed.ok) throw new Fatal(`invalid configuration: ${parsed.problems.join('; ')}`, parsed.exitCode)
  const { policyPath } = parsed.config
  const text = await asked(`priority policy ${policyPath}`, () =>
    readFile(resolve(world.cwd, policyPath), 'utf8'),
  )
  const read = readPolicy(text)
  if (!read.ok) throw new Fatal(read.problem)
  return { config: parsed.config, policy: read.policy }
}

interface Running {
  stop(): Promise<void>
}

async function start(flags: GatewayFlags, settings: Settings, world: World): Promise<Running> {
  const { clock } = world
  const { config, policy } = settings
  const ended = new AbortController()
  const cluster = await connectCluster(flags, ended.signal, world)
  const redis = lateRedis(config, world)
  const created = await asked('faults', () =>
    createGateway({
      config,
      policy,
      kube: kubeOverClient(cluster.client),
      redis,
      clock,
      random: randomFrom(world.freshSeed()),
      faults: flags.faults,
      podNamespace: cluster.namespace,
      log: (line) => world.stderr.write(`${JSON.stringify(line)}\n`),
    }),
  )
  const started = { gateway: created, ended, client: cluster.client, redis }
  const { listenAddr } = config.server
  try {
    const address = addressOf('listen address', listenAddr)
    const port = await asked(`listen on ${listenAddr}`, () => listen(created, address))
    await created.start()
    writeLine({ level: 'info', msg: 'listening', port, faults: created.faults.join(',') }, world)
  } catch (error) {
    await created.close({ graceMs: 0 })
    await release(started)
    throw error
  }
  return { stop: () => stopAll(started, world) }
}

interface Started {
  readonly gateway: Gateway
  readonly ended: AbortController
  readonly client: RestKubeClient
  readonly redis: LateRedis
}

async function stopAll(started: Started, world: World): Promise<void> {
  writeLine({ level: 'info', msg: 'shutting down' }, world)
  await shutDown(started.gateway)
  await release(started)
}

async function release({ ended, client, redis }: Started): Promise<void> {
  ended.abort()
  client.close()
  await redis.close()
}

async function connectCluster(
  flags: GatewayFlags,
  signal: AbortSignal,
  world: World,
): Promise<{ readonly client: RestKubeClient; readonly namespace: string }> {
  const { clock } = world
  const { kubeconfig, serviceAccountFolder = SERVICE_ACCOUNT_FOLDER } = flags
  const { connection, inCluster } = await asked('Kubernetes configuration', () =>
    findCluster({ kubeconfig, env: world.env, serviceAccountFolder }),
  )
  // How often a creation is tried is the gateway's own behaviour.
  const client = createKubeClient(connection, { clock, retryMs: 0, maxSockets: 64 })
  if (inCluster) {
    void renewToken({
      clock,
      signal,
      serviceAccountFolder,
      onToken: (token) => client.update({ ...connection, token }),
      onError: (error) =>
        writeLine({ level: 'error', msg: 'token not read', error: describeError(error) }, world),
    })
  }
  return { client, namespace: await podNamespace({ serviceAccountFolder }) }
}

/** Redis as the configuration names it, the flags included. It need not be there yet. */
function lateRedis({ redis }: GatewayConfig, { clock }: World): LateRedis {
  const { db, password, readTimeoutMs } = redis
  const { host, port } = addressOf('infrastructure.redis.addr', redis.addr)
  const secret = password === '' ? {} : { password }
  const options = { host: host || 'localhost', port, db, clock, timeoutMs: readTimeoutMs, ...secret }
  return new LateRedis(() => connectRedis(options))
}

function addressOf(name: string, text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new Fatal(`${name}: expected host:port, got ${text}`)
  return address
}

async function asked<T>(doing: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Fatal ? error : new Fatal(`${doing}: ${describeError(error)}`)
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function writeFatal(error: unknown, world: World): void {
  writeLine({ level: 'fatal', msg: 'gateway not started', error: describeError(error) }, world)
}

function writeLine(fields: Readonly<Record<string, string | number>>, { clock, stderr }: World): void {
  const { level = 'info', ...rest } = fields
  stderr.write(`${JSON.stringify({ level, ts: new Date(clock.wall()).toISOString(), ...rest })}\n`)
}
