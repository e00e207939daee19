import type { Clock } from '../base/clock.ts'
import type { Json } from '../base/json.ts'
import { Broken } from '../base/failure.ts'
import { randomFrom } from '../base/random.ts'
import { PODS } from '../cluster/resource-path.ts'
import type { KubeObject } from '../cluster/types.ts'
import type { SocketlessApi } from '../embedded/apiserver/api-server.ts'
import { kubeOverClient } from '../embedded/gateway/cluster-kube.ts'
import type { Witness } from '../embedded/gateway/faults/witness.ts'
import { parseConfig, type GatewayConfig } from '../embedded/gateway/config.ts'
import type { LogLine } from '../embedded/gateway/ports.ts'
import { readPolicy, type PriorityPolicy } from '../embedded/gateway/priority-policy.ts'
import { createGateway, type Gateway } from '../embedded/gateway/reference-gateway.ts'
import type { RedisInstance } from '../embedded/redis/provider.ts'
import { connectRedis, type RedisClient } from '../redis/redis-client.ts'
import { createLocalKubeClient, type LocalKubeClient } from './local-kube-client.ts'
import { EXCLUSIVE_LABEL, MANAGED_BY, MANAGED_LABEL, PROFILE_LABEL, VERSION_LABEL } from './labels.ts'
import type { Deployment, DeploymentAccess } from './target.ts'
import type { Wires } from './wires.ts'

const GATEWAY_PORT = 8080
const REDIS_PORT = 6379
const LOG_LINES_KEPT = 2000

/** Where the ports of pods lead. */
export interface PodNetwork {
  attach(pod: string, port: number, localPort: number): void
  detach(pod: string, port: number): void
  keepLog(pod: string, lines: readonly string[]): void
}

export interface GatewayPodOptions {
  readonly deployment: Deployment
  readonly redis: Pick<RedisInstance, 'host' | 'port' | 'restart'>
  readonly api: Pick<SocketlessApi, 'objects' | 'call'>
  readonly wires: Wires
  readonly network: PodNetwork
  readonly clock: Clock
  readonly seed: string
  readonly faults: readonly string[]
  readonly witness?: Witness | undefined
  readonly policy: string
}

interface Live {
  readonly gateway: Gateway
  readonly client: LocalKubeClient
  readonly redis: RedisClient
}

/** A reference gateway and its Redis, as two pods of a namespace of the embedded cluster. */
export class GatewayPod {
  readonly #options: GatewayPodOptions
  readonly #log: string[] = []
  #live: Live | undefined
  #restarts = 0
  #url = ''

  constructor(options: GatewayPodOptions) {
    this.#options = options
  }

  get access(): DeploymentAccess {
    const { deployment, redis } = this.#options
    return {
      deployment: deployment.name,
      gatewayUrl: this.#url,
      redisUrl: `redis://${redis.host}:${redis.port}`,
    }
  }

  async start(): Promise<void> {
    const { api, deployment, network, redis } = this.#options
    const { namespace, configuration } = deployment
    api.objects.create(namespaceOf(deployment))
    api.objects.create(configMapOf(namespace, configuration))
    api.objects.create(podOf(deployment, 'redis', REDIS_PORT))
    network.attach(`${namespace}/redis-0`, REDIS_PORT, redis.port)
    network.keepLog(`${namespace}/gateway-0`, this.#log)
    await this.#startGateway()
    api.objects.create(podOf(deployment, 'gateway', GATEWAY_PORT))
  }

  /** Empties Redis and starts the gateway anew, as a restart in place. */
  async reset(): Promise<void> {
    await this.#stopGateway(0)
    await this.#options.redis.restart()
    await this.#startGateway()
    this.#restarts += 1
    for (const app of ['gateway', 'redis']) this.#tellStatus(app, 'True')
  }

  async stop(): Promise<void> {
    await this.#stopGateway(0)
  }

  /** As a pod that has crashed, until `resume`. */
  async halt(): Promise<void> {
    await this.#stopGateway(0)
    this.#tellStatus('gateway', 'False')
  }

  /** Starts a gateway that was halted. May be called again. */
  async resume(): Promise<void> {
    if (this.#live !== undefined) return
    await this.#startGateway()
    this.#restarts += 1
    this.#tellStatus('gateway', 'True')
  }

  get namespace(): string {
    return this.#options.deployment.namespace
  }

  /** What its gateway calls itself towards the API server. */
  get userAgent(): string {
    return `gateway/${this.namespace}`
  }

  #tellStatus(app: string, ready: 'True' | 'False'): void {
    const ref = { namespace: this.namespace, name: `${app}-0` }
    this.#options.api.objects.setStatus(PODS, ref, podStatus(app, this.#restarts, ready))
  }

  async #startGateway(): Promise<void> {
    const { api, clock, deployment, faults, network, policy, redis, seed, wires, witness } = this.#options
    const { namespace } = deployment
    // Refused before anything is opened.
    const [config, priorities] = [configFor(deployment, redis), policyOf(policy)]
    const client = createLocalKubeClient({ api, clock, userAgent: this.userAgent, pass: wires.pass })
    const redisClient = await connectRedis({ host: redis.host, port: redis.port, clock, ...wires.toRedis })
    const gateway = createGateway({
      config,
      kube: kubeOverClient(client),
      redis: redisClient,
      clock,
      random: randomFrom(seed, namespace),
      faults,
      ...(witness === undefined ? {} : { witness }),
      podNamespace: namespace,
      policy: priorities,
      log: (line) => this.#keep(line),
    })
    this.#live = { gateway, client, redis: redisClient }
    await gateway.start()
    const port = await wires.listen(gateway.server)
    this.#url = `http://127.0.0.1:${port}`
    network.attach(`${namespace}/gateway-0`, GATEWAY_PORT, port)
  }

  async #stopGateway(graceMs: number): Promise<void> {
    const live = this.#live
    this.#live = undefined
    if (live === undefined) return
    this.#options.network.detach(`${this.#options.deployment.namespace}/gateway-0`, GATEWAY_PORT)
    await live.gateway.close({ graceMs })
    live.client.close()
    await live.redis.close()
  }

  #keep(line: LogLine): void {
    this.#log.push(JSON.stringify(line))
    if (this.#log.length > LOG_LINES_KEPT) this.#log.shift()
  }
}

function configFor({ configuration, profile }: Deployment, redis: GatewayPodOptions['redis']): GatewayConfig {
  const parsed = parseConfig(configuration, { flags: { redis: `${redis.host}:${redis.port}` } })
  if (parsed.ok) return parsed.config
  throw new Broken({
    code: 'PROFILE',
    message: `profile ${profile}: the gateway refuses its configuration: ${parsed.problems.join('; ')}`,
  })
}

function policyOf(text: string): PriorityPolicy {
  const read = readPolicy(text)
  if (read.ok) return read.policy
  throw new Broken({ code: 'POLICY', message: `the priority policy: ${read.problem}` })
}

/** As on a real cluster, so that it can be found in the same way. */
function namespaceOf({ namespace, profile, exclusive }: Deployment): KubeObject {
  const labels = {
    [MANAGED_LABEL]: MANAGED_BY,
    [PROFILE_LABEL]: profile,
    [EXCLUSIVE_LABEL]: String(exclusive),
  }
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }
}

function configMapOf(namespace: string, configuration: Json): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name: 'gateway-config' },
    data: { 'config.yaml': JSON.stringify(configuration, null, 2) },
  }
}

function podOf({ namespace, version }: Deployment, app: string, containerPort: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name: `${app}-0`, labels: { app, ...versionLabel(version) } },
    spec: { containers: [{ name: app, image: `gwscen/embedded-${app}`, ports: [{ containerPort }] }] },
    status: podStatus(app, 0, 'True'),
  }
}

/** Several faults make a version that is no value of a label. */
function versionLabel(version: string): Readonly<Record<string, string>> {
  return /^\w[\w.-]{0,61}\w$/.test(version) ? { [VERSION_LABEL]: version } : {}
}

function podStatus(name: string, restartCount: number, ready: 'True' | 'False'): Json {
  return {
    phase: 'Running',
    podIP: '127.0.0.1',
    conditions: [{ type: 'Ready', status: ready }],
    containerStatuses: [
      {
        name,
        ready: ready === 'True',
        restartCount,
        image: `gwscen/embedded-${name}`,
        imageID: '',
        state: { running: {} },
      },
    ],
  }
}
