import { Broken } from '../base/failure.ts'
import { parseDuration } from '../base/duration.ts'
import type { JsonObject } from '../base/json.ts'
import type { Span } from '../base/span.ts'
import type { SignalRequest } from '../gateway/description.ts'
import type { Step } from '../scenario/scenario.ts'
import type { StepContext, StepNews } from '../steps/context.ts'
import type { Answer, GatewayPort, GatewayRequest } from '../steps/gateway-port.ts'
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
  const { signal, startedAt, nesting } = running
  const { services, scope, observed, ledger } = attempt
  const { clock, description, client } = services
  const place = `${step.path}.${step.verb}`
  const write = (news: StepNews): void => tell(news, step, attempt)
  return {
    clock,
    signal,
    startedAt,
    description,
    get settings() {
      return attempt.needLink().settings
    },
    get version() {
      return attempt.needLink().deployment.version
    },
    get gateway() {
      return gatewayFor(step, attempt, { signal, write })
    },
    client,
    objects: (type) => observed.follow(type, signal),
    seen: (type) => observed.of(type),
    past: (type) => observed.past(type),
    resourceType: (apiVersion, kind) => client.resourceType(apiVersion, kind, signal),
    get redis() {
      return attempt.needLink().redis
    },
    wroteKey: (key) => ledger.keys(attempt.needLink().deployment.version).has(key),
    answered: () => ledger.answered(),
    isOwn: (text) =>
      [...Object.values(attempt.namespaces), ...scope.uniques].some((own) => text.includes(own)),
    account: accountOf({ ledger, observed, clock }, () => unaccountedOptions(attempt)),
    namespaces: Object.values(attempt.namespaces),
    allowedKinds: services.allowedKinds,
    baseline: attempt.baseline,
    duration: (text) => durationOf(text, step.span),
    span: (...path) => spanOf(attempt, [place, ...path].join('.')) ?? step.span,
    write,
    round: (names) => roundOf(step, names, attempt),
    evaluate: (expression, it) => scope.evaluate(expression, it, place),
    mark: (name, samples) => scope.mark(name, samples),
    moment: (name) => scope.moment(name),
    perform: (list) => runNested(list, { ...nesting, step, attempt, signal }),
    introduce: (names) => scope.introduce(names),
    performTemplate: (input) => runTemplate(input, { ...nesting, step, attempt, signal }),
    gatewayLog: () => gatewayLog(attempt, signal),
    breakTarget: (outage) => breakTarget(outage, attempt, signal),
    bindVars: () => scope.setVars(step.input as JsonObject, place),
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
