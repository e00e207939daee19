import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import { createInMemoryRedis, type InMemoryRedis } from 'js-redis-server'
import { randomFrom } from '../../../base/random.ts'
import { ManualClock } from '../../../testing/manual-clock.ts'
import type { GatewayConfig } from '../config.ts'
import type { LogLine, Redis } from '../ports.ts'
import type { PriorityPolicy } from '../priority-policy.ts'
import { createGateway, type Gateway } from '../reference-gateway.ts'
import { duplexPair } from './duplex-pair.ts'
import { MemoryKube } from './memory-kube.ts'
import { mortal, never } from './mortal.ts'
import { configOf } from './workbench-config.ts'
import { standInForDate } from './stand-in-for-date.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON, or undefined where it is none. */
  readonly json: Record<string, unknown> | undefined
}

interface Sending {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Undefined for no body; text and bytes are sent as they stand. */
  readonly body?: unknown
}

export interface WorkbenchOptions {
  readonly faults?: readonly string[]
  readonly storm?: Readonly<Record<string, unknown>>
  readonly server?: Readonly<Record<string, unknown>>
  readonly rateLimit?: Readonly<Record<string, unknown>>
  readonly dedupTtl?: string
  readonly policy?: PriorityPolicy
  readonly namespaces?: readonly string[]
  readonly podNamespace?: string
  readonly seed?: number
}

const STEP_MS = 10

/** A gateway with connections, Redis and Kubernetes in memory, and time at a standstill. */
export class Workbench {
  readonly clock = new ManualClock()
  readonly kube: MemoryKube
  readonly log: LogLine[] = []
  readonly config: GatewayConfig
  /** Runs before each Redis command; may wait or throw. */
  beforeRedis: (name: string) => Promise<void> = () => Promise.resolve()
  readonly #options: WorkbenchOptions
  readonly #store: InMemoryRedis
  readonly redis: Redis
  #gateway: Gateway
  #killed: Gateway | undefined
  #restoreDate: () => void = () => undefined
  #restarts = 0

  private constructor(options: WorkbenchOptions, store: InMemoryRedis) {
    this.#options = options
    this.#store = store
    this.kube = new MemoryKube(
      ...(options.namespaces ?? ['team-a', 'team-b']),
      options.podNamespace ?? 'gateway',
    )
    this.config = configOf(options)
    const client = store.connect()
    this.redis = { command: (name, ...args) => client.command(name, ...args) }
    this.#gateway = this.#create()
  }

  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const store = await createInMemoryRedis()
    // The first script loads WebAssembly, which no standing clock waits for.
    await store.connect().command('EVAL', 'return 1', 0)
    const bench = new Workbench(options, store)
    bench.#restoreDate = standInForDate(() => bench.clock.wall())
    await bench.#start()
    return bench
  }

  get gateway(): Gateway {
    return this.#gateway
  }

  async close(): Promise<void> {
    await this.#gateway.close({ graceMs: 0 })
    this.#store.close()
    this.#restoreDate()
  }

  /** Another gateway takes the place of this one, on the same Redis and cluster. */
  async restart(graceMs = 0): Promise<void> {
    await this.#gateway.close({ graceMs })
    await this.second()
  }

  /** This gateway is killed: nothing it has begun comes to an end. Another one answers after `second`. */
  kill(): void {
    this.#killed = this.#gateway
  }

  /** Another gateway answers from now on, while this one goes on running. */
  async second(): Promise<void> {
    this.#restarts += 1
    this.#gateway = this.#create()
    await this.#start()
  }

  /** Lets time pass, and all that follows from it happen. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    await settle()
  }

  /** Lets time pass, in small steps, until something has come. */
  async until<T>(coming: Promise<T>): Promise<T> {
    let open = true
    const watched = coming.finally(() => (open = false))
    await Promise.race([watched, settle()])
    while (open) {
      await this.clock.advance(STEP_MS)
      await Promise.race([watched, settle()])
    }
    return watched
  }

  send(path: string, { method = 'POST', headers = {}, body }: Sending = {}): Promise<Answer> {
    const isPlain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
    const plain = isPlain ? body : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const createConnection = (): Duplex => {
        const [ours, theirs] = duplexPair()
        this.#gateway.server.emit('connection', theirs)
        return ours
      }
      const sent = httpRequest({ path, method, headers, createConnection }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString('utf8')
          const status = response.statusCode ?? 0
          resolve({ status, headers: response.headers, text: received, json: parse(received) })
        })
      })
      sent.on('error', reject)
      sent.end(plain)
    })
  }

  /** Posts one alert with the given labels over the usual ones. */
  alert(
    labels: Readonly<Record<string, string>> = {},
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Answer> {
    const all = {
      alertname: 'PodCrashLooping',
      severity: 'critical',
      namespace: 'team-a',
      pod: 'p-1',
      ...labels,
    }
    return this.send('/api/v1/signals/prometheus', {
      headers: { 'content-type': 'application/json' },
      body: { alerts: [{ status: 'firing', labels: all, annotations: { summary: 's' }, ...more }] },
    })
  }

  /** Posts one alert and lets time pass until it is answered. */
  ask(
    labels: Readonly<Record<string, string>> = {},
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Answer> {
    return this.until(this.alert(labels, more))
  }

  /** The value of a series, as it stands in the exposition; 0 where there is none. */
  async metric(series: string): Promise<number> {
    const { text } = await this.send('/metrics', { method: 'GET' })
    const line = text.split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? 0 : Number(line.slice(series.length + 1))
  }

  async keys(pattern = '*'): Promise<string[]> {
    return ((await this.redis.command('KEYS', pattern)) as string[]).sort()
  }

  #create(): Gateway {
    const { faults = [], policy, podNamespace = 'gateway', seed = 1 } = this.#options
    const alive = async <T>(work: () => Promise<T>): Promise<T> => {
      const result = this.#killed === gateway ? never<T>() : await work()
      return this.#killed === gateway ? never<T>() : result
    }
    const gateway: Gateway = createGateway({
      config: this.config,
      kube: mortal(this.kube, alive),
      redis: {
        command: (name, ...args) =>
          alive(async () => {
            await this.beforeRedis(name)
            return this.redis.command(name, ...args)
          }),
      },
      clock: this.clock,
      random: randomFrom(seed, this.#restarts),
      faults,
      podNamespace,
      log: (line) => this.log.push(line),
      ...(policy === undefined ? {} : { policy }),
    })
    return gateway
  }

  async #start(): Promise<void> {
    await this.#gateway.start()
  }
}

/** Lets everything that does not wait for the clock happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // Some answers are not JSON.
    return undefined
  }
}
