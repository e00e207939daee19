import { parseDuration } from '../../base/duration.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import type { Outage } from '../../base/outage.ts'
import { pathText, type Span } from '../../base/span.ts'
import type { Revision } from '../../cluster/object-history.ts'
import { CONFIG_MAPS } from '../../cluster/resource-path.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import { builtInDescription } from '../../gateway/index.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import type { StepContext, StepNews } from '../context.ts'
import type { Answer, GatewayPort, GatewayRequest } from '../gateway-port.ts'
import type { Introduced, NestedList } from '../nested.ts'
import type { Samples } from '../prometheus.ts'
import type { SignalAccount } from '../signal-account.ts'
import type { Past } from '../subjects/history-claims.ts'
import { MemoryCluster } from './memory-cluster.ts'
import { MemoryRedis } from './memory-redis.ts'

export const NAMESPACE = 'app-1'

const kind = builtInDescription.kinds['RemediationRequest']
if (kind === undefined) throw new Error('the built-in description has lost its kind')
export const TYPE = kind.type

function pastIn(cluster: MemoryCluster, type: ResourceType): Past {
  const stream = cluster.open(type)
  return {
    states: ({ metadata: { namespace = '', name } }) =>
      stream.revisions({ namespace, name }).map(({ object }) => object),
    missed: () => (stream.holes > 0 ? 'the watch had a hole' : undefined),
  }
}

export function ticket(name: string, more: JsonObject = {}): KubeObject {
  const { metadata, ...rest } = more
  return {
    apiVersion: `${TYPE.group}/${TYPE.version}`,
    kind: TYPE.kind,
    metadata: { namespace: NAMESPACE, name, ...(metadata as JsonObject | undefined) },
    ...rest,
  }
}

export function reply(status: number, body: Json = {}, headers: Record<string, string> = {}): Answer {
  return { reply: { status, headers, body, ms: 1 } }
}

export const refused: Answer = { transport: { kind: 'refused', message: 'POST /x: connection refused' } }

/** A gateway that answers as the test says, and remembers what came when. */
export class FakeGateway implements GatewayPort {
  readonly #clock: ManualClock
  readonly requests: (GatewayRequest & { readonly at: number })[] = []
  bursts = 0
  answer: (request: GatewayRequest, index: number) => Answer | Promise<Answer> = () => reply(202)

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  async exchange(request: GatewayRequest): Promise<Answer> {
    const index = this.requests.push({ ...request, at: this.#clock.now() }) - 1
    return this.answer(request, index)
  }

  async together(requests: readonly GatewayRequest[]) {
    this.bursts += 1
    const answers = await Promise.all(requests.map((request) => this.exchange(request)))
    return { answers, spreadMs: 0.5 }
  }
}

/** Everything a step touches, in memory, on a clock that stands still. */
export class FakeWorld {
  readonly clock = new ManualClock()
  readonly cluster = new MemoryCluster(this.clock)
  readonly redis = new MemoryRedis(this.clock)
  readonly gateway = new FakeGateway(this.clock)
  readonly news: StepNews[] = []
  readonly stop = new AbortController()
  readonly written = new Set<string>()
  /** Until the replies that are under way have come. */
  answered = (): Promise<void> => Promise.resolve()
  readonly revisions: Revision[] = []
  bound = 0
  baseline: Samples | undefined
  readonly moments: Record<string, Samples> = {}
  readonly introduced: Introduced[] = []
  /** Signals that nothing accounts for yet. */
  account: SignalAccount = {
    open: () => [],
    patienceMs: () => 0,
    tell: () => Promise.resolve([]),
    subscribe: () => () => undefined,
  }
  /** What a template gives. */
  performTemplate: (input: JsonObject) => Promise<JsonObject> = (input) => Promise.resolve(input)
  /** Lines of the gateway. */
  log: readonly string[] = []
  /** What was broken and mended, in order. */
  readonly outages: string[] = []
  breakTarget = (outage: Outage): Promise<() => Promise<void>> => {
    this.outages.push(`broken: ${JSON.stringify(outage)}`)
    return Promise.resolve(() => {
      this.outages.push('mended')
      return Promise.resolve()
    })
  }
  /** What a list of steps inside the step does. */
  perform: (list: NestedList) => Promise<Introduced> = () => Promise.resolve({ values: {}, moments: {} })

  constructor() {
    this.cluster.types.push(CONFIG_MAPS)
    this.cluster.open(TYPE).subscribe((revision) => this.revisions.push(revision))
  }

  /** `rounds` makes the input of each round of a `send`; by default the input as it is. */
  context(input: unknown = {}, round?: (names: JsonObject) => JsonObject): StepContext {
    return this.#contextAt([], this.stop.signal, { input, ...(round === undefined ? {} : { round }) })
  }

  #contextAt(at: readonly string[], signal: AbortSignal, faked: Faked): StepContext {
    const { clock, cluster, redis, gateway } = this
    const { input, round } = faked
    return {
      clock,
      signal,
      startedAt: clock.now(),
      description: builtInDescription,
      settings: {},
      version: 'documented',
      gateway,
      client: cluster,
      objects: (type) => Promise.resolve(cluster.open(type)),
      seen: () => this.revisions,
      past: (type) => pastIn(cluster, type),
      resourceType: (apiVersion, kind) => cluster.resourceType(apiVersion, kind),
      isOwn: (text) => text.includes(NAMESPACE),
      account: this.account,
      redis,
      wroteKey: (key) => this.written.has(key),
      answered: () => this.answered(),
      namespaces: [NAMESPACE],
      allowedKinds: [],
      baseline: this.baseline,
      duration: (text) => parseDuration(text) ?? Number.NaN,
      span: (...path) => spanAt(pathText([...at, ...path])),
      below: (key, until) => this.#contextAt([...at, key], until, faked),
      write: (news) => this.news.push(news),
      round: (names) => round?.(names) ?? (input as JsonObject),
      mark: (name, samples) => (this.moments[name] = samples),
      moment: (name) => this.moments[name],
      perform: (list) => this.perform(list),
      introduce: (names) => void this.introduced.push(names),
      performTemplate: (given) => this.performTemplate(given),
      gatewayLog: () => Promise.resolve(this.log),
      breakTarget: (outage) => this.breakTarget(outage),
      evaluate: (expression, it) => expression === 'it == 3' && it === 3,
      bindVars: () => (this.bound += 1),
    }
  }
}

interface Faked {
  readonly input: unknown
  readonly round?: (names: JsonObject) => JsonObject
}

/** A span whose file is the path, so that tests can see what a failure points at. */
function spanAt(path: string): Span {
  return { file: path, line: 1, col: 1, start: 0, end: 0 }
}

/** What a promise rejects with; throws when it does not. */
export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => {
      throw new Error(`it did not fail but gave ${JSON.stringify(value)}`)
    },
    (error: unknown) => error,
  )
}
