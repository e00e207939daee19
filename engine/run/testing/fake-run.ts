import type { Json, JsonObject } from '../../base/json.ts'
import { outageName, type Outage } from '../../base/outage.ts'
import type { Span } from '../../base/span.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import type { EventBody, EventType } from '../../events/event.ts'
import { createExpressions } from '../../expressions/expressions.ts'
import { builtInDescription } from '../../gateway/index.ts'
import type { Http, HttpReply, HttpRequest } from '../../http/http.ts'
import type { Scenario, Step } from '../../scenario/scenario.ts'
import { vocabularyOf } from '../../scenario/vocabulary.ts'
import { MemoryCluster } from '../../steps/testing/memory-cluster.ts'
import { MemoryRedis } from '../../steps/testing/memory-redis.ts'
import type { Deployment } from '../../targets/target.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { runAttempt } from '../attempt.ts'
import type { Keep } from '../keep.ts'
import type { Pauses } from '../pauses.ts'
import type { GatewayLink } from '../gateway-link.ts'
import type { Services } from '../services.ts'
import type { Stall } from '../loops.ts'

export const NAMESPACES: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
}

const kind = builtInDescription.kinds['RemediationRequest']
if (kind === undefined) throw new Error('the built-in description has lost its kind')
export const TYPE = kind.type

export const span: Span = { file: 'a.yaml', line: 1, col: 1, start: 0, end: 0 }

export function step(verb: string, input: Json, more: Partial<Step> = {}): Step {
  return { path: `steps.${verb}`, verb, input, span, ...more }
}

export function scenario(more: Partial<Scenario> = {}): Scenario {
  return {
    id: 'a',
    name: 'something holds',
    file: 'a.yaml',
    line: 1,
    tags: [],
    covers: [],
    profile: 'storm',
    exclusive: false,
    requires: [],
    namespaces: [{ name: 'app', labels: {}, annotations: {}, create: true }],
    env: [],
    vars: [],
    locks: [],
    serial: false,
    timeoutMs: 60_000,
    retries: 0,
    smoke: true,
    steps: [],
    finally: [],
    onFailure: [],
    spans: {},
    ...more,
  }
}

export interface FakeReply {
  readonly status: number
  readonly body: Json
}

type Answering = (request: HttpRequest, index: number) => FakeReply | Promise<FakeReply>

/** A thread's services in memory, with one gateway whose windows are 2 s long. */
export class FakeRun {
  readonly clock = new ManualClock()
  readonly cluster = new MemoryCluster(this.clock)
  readonly redis = new MemoryRedis(this.clock)
  readonly events: EventBody[] = []
  readonly requests: HttpRequest[] = []
  readonly cancel = new AbortController()
  lanesFreed = 0
  pauses: Pauses | undefined
  keep: Keep = 'never'
  epoch = 0
  stall: Stall | undefined
  seed = 'seed'
  env: Record<string, string> = {}
  answer: Answering = () => ({ status: 202, body: { status: 'accepted' } })
  /** What was broken and mended, in order. */
  readonly outages: string[] = []
  breakTarget = (outage: Outage): Promise<() => Promise<void>> => {
    this.outages.push(outageName(outage))
    return Promise.resolve(() => {
      this.outages.push('mended')
      return Promise.resolve()
    })
  }
  /** Runs when the link looks which pods there are. */
  refresh: () => Promise<void> = () => Promise.resolve()
  /** Runs when the link is asked for, and when it is checked. */
  open: () => Promise<void> = () => Promise.resolve()

  get services(): Services {
    const { clock, cluster } = this
    return {
      thread: 0,
      run: 'run-1',
      seed: this.seed,
      clock,
      client: cluster,
      hub: cluster,
      description: builtInDescription,
      deployments: [this.#deployment],
      allowedKinds: [],
      expressions: createExpressions(vocabularyOf(builtInDescription)),
      env: this.env,
      link: async () => {
        await this.open()
        return this.#link()
      },
      keep: this.keep,
      ...(this.pauses === undefined ? {} : { pauses: this.pauses }),
      breakTarget: (_, outage) => this.breakTarget(outage),
      emit: (event) => this.events.push(structuredClone(event)),
      stalledSince: () => this.stall,
    }
  }

  readonly #deployment: Deployment = {
    name: 'storm',
    profile: 'storm',
    exclusive: false,
    namespace: 'gwscen-storm',
    version: 'documented',
    configuration: { processing: { storm: { inactivity_timeout: '2s' } } },
  }

  #link(): GatewayLink {
    const { configuration, namespace, version } = this.#deployment
    const place = { namespace, version, url: 'http://gateway' }
    return {
      deployment: this.#deployment,
      settings: builtInDescription.settings.read(configuration, place),
      url: place.url,
      http: this.http,
      redis: this.redis,
      forwards: [],
      epoch: () => this.epoch,
      lastError: () => undefined,
      refresh: () => this.refresh(),
      update: () => undefined,
      check: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }
  }

  get http(): Http {
    const exchange = async (request: HttpRequest): Promise<HttpReply> => {
      request.signal?.throwIfAborted()
      const index = this.requests.push(request) - 1
      const { status, body } = await this.answer(request, index)
      const headers = { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return { status, headers, body: Buffer.from(text), ms: 1, redone: false }
    }
    return {
      exchange,
      burst: async (requests) => {
        const results = await Promise.all(
          requests.map(async (request) => ({ ok: true as const, reply: await exchange(request) })),
        )
        return { results, spreadMs: 0 }
      },
      close: () => undefined,
    }
  }

  /** Starts one attempt; time moves when the test moves it. */
  start(one: Scenario, attempt = 1): Promise<void> {
    return runAttempt({
      order: {
        scenario: one,
        attempt,
        lane: 0,
        ...(one.profile === undefined ? {} : { deployment: 'storm' }),
      },
      services: this.services,
      cancel: this.cancel.signal,
      onLaneFree: () => (this.lanesFreed += 1),
    })
  }

  /** Runs one attempt to its end, some minutes at most, and gives its last event. */
  async attempt(one: Scenario, attempt = 1) {
    const ended = this.start(one, attempt)
    await this.clock.advance(200_000)
    await ended
    return this.ended
  }

  get ended() {
    const event = this.of('attempt:ended').at(-1)
    if (event === undefined) throw new Error('the attempt has not ended')
    return event
  }

  of<T extends EventType>(type: T): Extract<EventBody, { type: T }>[] {
    return this.events.filter((event): event is Extract<EventBody, { type: T }> => event.type === type)
  }

  /** `verb outcome` of every step that ended. */
  get story(): readonly string[] {
    return this.of('step:ended').map(({ verb, outcome }) => `${verb} ${outcome}`)
  }

  get namespace(): string {
    return this.of('scenario:started').at(-1)?.namespaces['app'] ?? ''
  }

  /** An object that the gateway makes of an alert on a pod. */
  ticket(alert: string, pod: string, namespace = this.namespace): KubeObject {
    return this.cluster.put(TYPE, {
      apiVersion: `${TYPE.group}/${TYPE.version}`,
      kind: TYPE.kind,
      metadata: {
        namespace,
        name: `rr-${alert.toLowerCase()}`,
        labels: { 'kubernaut.io/origin-namespace': this.namespace },
      },
      spec: { signalName: alert, affectedResources: [`${this.namespace}:Pod:${pod}`] },
    })
  }
}

/** A step that sends one alert on a pod of the scenario's namespace. */
export function sends(more: JsonObject = {}, about: Partial<Step> = {}): Step {
  return step('send', { alert: { name: 'Down', namespace: '${ns.app}', pod: 'p1' }, ...more }, about)
}

/** A step that does not pass. */
export const fails: Step = step('expect', { value: false })
