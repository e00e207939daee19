import { Broken } from '../base/failure.ts'
import { parseDuration } from '../base/duration.ts'
import type { JsonObject } from '../base/json.ts'
import type { Outage } from '../base/outage.ts'
import type { Span } from '../base/span.ts'
import type { SignalRequest } from '../gateway/description.ts'
import type { Step } from '../scenario/scenario.ts'
import type { RoundNames, StepContext, StepNews } from '../steps/context.ts'
import type { Answer, GatewayPort, GatewayRequest } from '../steps/gateway-port.ts'
import type { Introduced, NestedList } from '../steps/nested.ts'
import type { Samples } from '../steps/prometheus.ts'
import type { ResourceType } from '../cluster/types.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { headersFrom, recordingGateway } from './recording-gateway.ts'
import { gatewayLog } from './gateway-log.ts'
import { runNested, type Nesting } from './nested-steps.ts'
import { breakTarget } from './own-outage.ts'
import { accountOf, type UnaccountedOptions } from './settle.ts'
import { roundOf, spanOf } from './step-input.ts'
import { runTemplate } from './template-steps.ts'

/** When a step began, and what ends it. */
export interface Running {
  readonly signal: AbortSignal
  readonly startedAt: number
  /** How the steps inside this one are run, and what they did. */
  readonly nesting: Pick<Nesting, 'run' | 'inside'>
}

/** What a verb may touch. The way to the gateway is asked for when it is used: a scenario may have none. */
export function contextFor(step: Step, attempt: AttemptScope, running: Running): StepContext {
  return new ContextOf(step, attempt, running)
}

/** A class, because an object with so many functions of its own takes kilobytes, and each step has one. */
class ContextOf implements StepContext {
  readonly #step: Step
  readonly #attempt: AttemptScope
  readonly #running: Running
  /** Keys of the step's input that it is seen from. */
  readonly #at: readonly string[]

  constructor(step: Step, attempt: AttemptScope, running: Running, at: readonly string[] = []) {
    this.#step = step
    this.#attempt = attempt
    this.#running = running
    this.#at = at
  }

  get clock(): StepContext['clock'] {
    return this.#attempt.services.clock
  }

  get signal(): AbortSignal {
    return this.#running.signal
  }

  get startedAt(): number {
    return this.#running.startedAt
  }

  get description(): StepContext['description'] {
    return this.#attempt.services.description
  }

  get settings(): StepContext['settings'] {
    return this.#attempt.needLink().settings
  }

  get version(): string {
    return this.#attempt.needLink().deployment.version
  }

  get gateway(): GatewayPort {
    return gatewayFor(this.#step, this.#attempt, { signal: this.signal, write: this.write })
  }

  get client(): StepContext['client'] {
    return this.#attempt.services.client
  }

  get redis(): StepContext['redis'] {
    return this.#attempt.needLink().redis
  }

  get account(): StepContext['account'] {
    const { ledger, observed } = this.#attempt
    return accountOf({ ledger, observed, clock: this.clock }, () => unaccountedOptions(this.#attempt))
  }

  get namespaces(): readonly string[] {
    return Object.values(this.#attempt.namespaces)
  }

  get allowedKinds(): readonly string[] {
    return this.#attempt.services.allowedKinds
  }

  get baseline(): StepContext['baseline'] {
    return this.#attempt.baseline
  }

  readonly duration: StepContext['duration'] = (text) => durationOf(text, this.#step.span)

  readonly write: StepContext['write'] = (news) => tell(news, this.#step, this.#attempt)

  readonly evaluate: StepContext['evaluate'] = (expression, it) =>
    this.#attempt.scope.evaluate(expression, it, this.#place)

  readonly bindVars = (): void => this.#attempt.scope.setVars(this.#step.input as JsonObject, this.#place)

  objects(type: ResourceType): ReturnType<StepContext['objects']> {
    return this.#attempt.observed.follow(type, this.signal)
  }

  seen(type: ResourceType): ReturnType<StepContext['seen']> {
    return this.#attempt.observed.of(type)
  }

  past(type: ResourceType): ReturnType<StepContext['past']> {
    return this.#attempt.observed.past(type)
  }

  resourceType(apiVersion: string, kind: string): ReturnType<StepContext['resourceType']> {
    return this.#attempt.services.client.resourceType(apiVersion, kind, this.signal)
  }

  wroteKey(key: string): boolean {
    return this.#attempt.ledger.keys(this.version).has(key)
  }

  answered(): Promise<void> {
    return this.#attempt.ledger.answered()
  }

  isOwn(text: string): boolean {
    return [...this.namespaces, ...this.#attempt.scope.uniques].some((own) => text.includes(own))
  }

  span(...path: readonly (string | number)[]): Span {
    return spanOf(this.#attempt, [this.#place, ...this.#at, ...path].join('.')) ?? this.#step.span
  }

  below(key: string, signal: AbortSignal): StepContext {
    return new ContextOf(this.#step, this.#attempt, { ...this.#running, signal }, [...this.#at, key])
  }

  round(names: RoundNames): JsonObject {
    return roundOf(this.#step, names, this.#attempt)
  }

  mark(name: string, samples: Samples): void {
    this.#attempt.scope.mark(name, samples)
  }

  moment(name: string): Samples | undefined {
    return this.#attempt.scope.moment(name)
  }

  perform(list: NestedList): Promise<Introduced> {
    return runNested(list, this.#nesting)
  }

  performTemplate(input: JsonObject): Promise<JsonObject> {
    return runTemplate(input, this.#nesting)
  }

  introduce(names: Introduced): void {
    this.#attempt.scope.introduce(names)
  }

  gatewayLog(): Promise<readonly string[]> {
    return gatewayLog(this.#attempt, this.signal)
  }

  breakTarget(outage: Outage): ReturnType<StepContext['breakTarget']> {
    return breakTarget(outage, this.#attempt, this.signal)
  }

  get #place(): string {
    return `${this.#step.path}.${this.#step.verb}`
  }

  get #nesting(): Nesting {
    return { ...this.#running.nesting, step: this.#step, attempt: this.#attempt, signal: this.signal }
  }
}

function unaccountedOptions(attempt: AttemptScope): UnaccountedOptions {
  const { settings, deployment, redis } = attempt.needLink()
  return { description: attempt.services.description, settings, version: deployment.version, redis }
}

function tell(news: StepNews, step: Step, { order, services }: AttemptScope): void {
  const where = { scenario: order.scenario.id, attempt: order.attempt }
  services.emit(
    news.type === 'warning:raised'
      ? { ...news, ...where }
      : { ...news, ...where, step: step.id ?? step.path },
  )
}

function gatewayFor(
  step: Step,
  attempt: AttemptScope,
  { signal, write }: { readonly signal: AbortSignal; readonly write: (news: StepNews) => void },
): GatewayPort {
  const { ledger, held, services } = attempt
  const { clock, description } = services
  const isSignal = ({ method, path }: GatewayRequest): boolean =>
    method === 'POST' && description.isSignalPath(path)
  const signalOf = (request: GatewayRequest): SignalRequest => {
    const { path, body = '' } = request
    return { path, headers: headersFrom(attempt.from, request), body }
  }
  const onSend = (requests: readonly GatewayRequest[]): void => {
    const signals = requests.filter(isSignal).map(signalOf)
    for (const leaving of signals) ledger.sending(leaving)
    const { scenario, attempt: number } = attempt.order
    if (signals.length > 0) services.announceSignals?.({ scenario: scenario.id, attempt: number, signals })
  }
  const onReply = (request: GatewayRequest, answer: Answer): void => {
    if (!isSignal(request) || answer.reply === undefined) return
    const { status, body: said } = answer.reply
    const entry = { request: signalOf(request), status, body: said, wall: clock.wall() }
    ledger.add(entry)
    const ms = description.ledger.longestPendingMs(attempt.needLink().settings)
    held.replied(entry, { step: step.id ?? step.path, ms })
  }
  const port = recordingGateway({
    link: attempt.needLink(),
    clock,
    signal,
    from: attempt.from,
    onSend,
    onExchange: (exchange) => write({ type: 'exchange:seen', exchange }),
    onReply,
  })
  return {
    exchange: (request) => ledger.during(port.exchange(request)),
    together: (requests) => ledger.during(port.together(requests)),
  }
}

function durationOf(text: string, span: Span): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 0) return ms
  throw new Broken({ code: 'BAD_VALUE', message: `expected a duration like 5s, got ${text}`, span })
}
