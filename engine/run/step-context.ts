import { Broken } from '../base/failure.ts'
import { parseDuration } from '../base/duration.ts'
import type { JsonObject } from '../base/json.ts'
import type { Span } from '../base/span.ts'
import type { Step } from '../scenario/scenario.ts'
import type { StepContext, StepNews } from '../steps/context.ts'
import type { Answer, GatewayPort, GatewayRequest } from '../steps/gateway-port.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { orAbort } from './observed-objects.ts'
import { recordingGateway } from './recording-gateway.ts'
import { runNested, type Nesting } from './nested-steps.ts'
import { roundOf, spanOf } from './step-input.ts'

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
  const { clock, description, client, hub } = services
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
      return gatewayFor(attempt, signal, write)
    },
    client,
    objects: async (type) => {
      const stream = hub.open(type)
      await orAbort(stream.ready, signal)
      return stream
    },
    seen: (type) => observed.of(type),
    get redis() {
      return attempt.needLink().redis
    },
    wroteKey: (key) => ledger.keys(attempt.needLink().deployment.version).includes(key),
    namespaces: Object.values(attempt.namespaces),
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
    bindVars: () => scope.setVars(step.input as JsonObject, place),
  }
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
  attempt: AttemptScope,
  signal: AbortSignal,
  write: (news: StepNews) => void,
): GatewayPort {
  const { ledger, services } = attempt
  const { clock, description } = services
  const onReply = (request: GatewayRequest, answer: Answer): void => {
    const isSignal = request.method === 'POST' && description.isSignalPath(request.path)
    if (!isSignal || answer.reply === undefined) return
    const { path, headers, body = '' } = request
    const { status, body: said } = answer.reply
    ledger.add({ request: { path, headers, body }, status, body: said, wall: clock.wall() })
  }
  return recordingGateway({
    link: attempt.needLink(),
    clock,
    signal,
    from: attempt.from,
    onExchange: (exchange) => write({ type: 'exchange:seen', exchange }),
    onReply,
  })
}

function durationOf(text: string, span: Span): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 0) return ms
  throw new Broken({ code: 'BAD_VALUE', message: `expected a duration like 5s, got ${text}`, span })
}
