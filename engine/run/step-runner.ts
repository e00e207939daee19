import { Broken, Cancelled, Failed, toFailure, type Failure } from '../base/failure.ts'
import { formatDuration, parseDuration } from '../base/duration.ts'
import { isObject, type Json, type JsonObject } from '../base/json.ts'
import { pathText, type Span } from '../base/span.ts'
import { validateInput } from '../scenario/validate-input.ts'
import type { Step } from '../scenario/scenario.ts'
import type { StepContext, StepNews } from '../steps/context.ts'
import type { StepDefinition } from '../steps/define.ts'
import { steps } from '../steps/index.ts'
import { subjects } from '../steps/subjects/index.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { recordingGateway } from './recording-gateway.ts'
import { noteText } from './note-text.ts'

/** How a step ended. */
export interface StepEnd {
  readonly outcome: 'passed' | 'failed' | 'broken' | 'skipped' | 'cancelled'
  readonly failure?: Failure
}

/** In `finally`, a step that needs what was never set is skipped instead of broken. */
export type Leniency = 'strict' | 'skip-not-set'

/** Runs one step: its condition, its templates, its verb, its result; never rejects. */
export async function runStep(
  step: Step,
  attempt: AttemptScope,
  signal: AbortSignal,
  leniency: Leniency = 'strict',
): Promise<StepEnd> {
  const { clock } = attempt.services
  const startedAt = clock.now()
  const place = { scenario: attempt.order.scenario.id, attempt: attempt.order.attempt, step: step.path }
  attempt.services.emit({
    type: 'step:started',
    ...place,
    verb: step.verb,
    title: step.name ?? step.verb,
    span: step.span,
  })
  const end = await judge(step, attempt, { signal, startedAt, leniency })
  const { outcome, failure, result } = end
  attempt.services.emit({
    type: 'step:ended',
    ...place,
    verb: step.verb,
    outcome,
    ms: clock.now() - startedAt,
    ...(failure === undefined ? {} : { failure }),
    ...(result === undefined || step.as === undefined ? {} : { result }),
  })
  return failure === undefined ? { outcome } : { outcome, failure }
}

interface Running {
  readonly signal: AbortSignal
  readonly startedAt: number
  readonly leniency: Leniency
}

async function judge(
  step: Step,
  attempt: AttemptScope,
  running: Running,
): Promise<StepEnd & { readonly result?: Json | undefined }> {
  const limit = limitOf(step, attempt, running)
  try {
    limit.signal.throwIfAborted()
    if (step.if !== undefined && attempt.scope.resolve(step.if, `${step.path}.if`) !== true)
      return { outcome: 'skipped' }
    const result = await perform(step, attempt, { ...running, signal: limit.signal })
    if (step.as !== undefined) attempt.scope.store(step.as, result ?? null)
    return { outcome: 'passed', result }
  } catch (thrown) {
    if (running.leniency === 'skip-not-set' && thrown instanceof Broken && thrown.code === 'NOT_SET')
      return { outcome: 'skipped' }
    const failure = toFailure(reasonOf(thrown, limit.signal), spanOf(attempt, step.path) ?? step.span)
    return { outcome: failure.outcome, failure }
  } finally {
    limit.release()
  }
}

/** What a library throws on an abort says less than the reason we aborted with. */
function reasonOf(thrown: unknown, signal: AbortSignal): unknown {
  const ours = thrown instanceof Failed || thrown instanceof Broken || thrown instanceof Cancelled
  return !ours && signal.aborted ? signal.reason : thrown
}

function limitOf(
  step: Step,
  attempt: AttemptScope,
  { signal }: Running,
): { readonly signal: AbortSignal; release(): void } {
  const { timeoutMs } = step
  if (timeoutMs === undefined) return { signal, release: () => undefined }
  const own = new AbortController()
  const message = `the step took longer than its timeout of ${formatDuration(timeoutMs)}`
  const release = attempt.services.clock.after(timeoutMs, () =>
    own.abort(new Failed({ code: 'STEP_TIMEOUT', message, span: step.span })),
  )
  return { signal: AbortSignal.any([signal, own.signal]), release }
}

async function perform(step: Step, attempt: AttemptScope, running: Running): Promise<Json | undefined> {
  // One registry lookup by a key that the loader has checked.
  const definition = steps[step.verb as keyof typeof steps] as unknown as StepDefinition<
    string,
    unknown,
    Json
  >
  if (definition.run === undefined)
    throw new Broken({ code: 'NOT_RUNNABLE_YET', message: `${step.verb} cannot run yet` })
  const place = `${step.path}.${step.verb}`
  if (step.verb === 'note' && running.leniency === 'skip-not-set') {
    return definition.run(
      noteText(typeof step.input === 'string' ? step.input : '', (text) =>
        attempt.scope.resolve(text, place),
      ),
      contextFor(step, attempt, running),
    )
  }
  const resolved = step.verb === 'set' ? step.input : inputOf(step, definition, attempt, {})
  return definition.run(resolved, contextFor(step, attempt, running))
}

/** The input with its templates evaluated and its shape checked; for a verb with rounds, only the keys evaluated once. */
function inputOf(
  step: Step,
  definition: StepDefinition<string, unknown, Json>,
  attempt: AttemptScope,
  extra: JsonObject,
): Json {
  const place = `${step.path}.${step.verb}`
  const { once } = definition
  const tree = once !== undefined && isObject(step.input) ? pick(step.input, once) : step.input
  const input = attempt.scope.resolve(tree, place, extra)
  if (once === undefined) checkShape(step, input, attempt)
  return input
}

function pick(tree: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => keys.includes(key)))
}

function checkShape(step: Step, input: Json, attempt: AttemptScope): void {
  const subject = isObject(input) ? Object.keys(subjects).find((name) => name in input) : undefined
  const definition = steps[step.verb as keyof typeof steps] as StepDefinition<string, unknown, unknown>
  const problems = validateInput(step.verb, definition.takesSubject === true ? subject : undefined, input)
  const [first] = problems
  if (first === undefined) return
  const span = spanOf(attempt, `${step.path}.${step.verb}.${pathText(first.path)}`) ?? step.span
  throw new Broken({
    code: 'BAD_VALUE',
    message: first.message,
    span,
    notes: problems.slice(1).map(({ message }) => message),
  })
}

function contextFor(step: Step, attempt: AttemptScope, { signal, startedAt }: Running): StepContext {
  const { services, scope, order, observed, ledger } = attempt
  const { clock, description, client, hub } = services
  const place = `${step.path}.${step.verb}`
  const where = { scenario: order.scenario.id, attempt: order.attempt, step: step.path }
  const write = (news: StepNews): void =>
    services.emit(
      news.type === 'warning:raised'
        ? { ...news, scenario: where.scenario, attempt: where.attempt }
        : { ...news, ...where },
    )
  const link = attempt.needLink()
  return {
    clock,
    signal,
    startedAt,
    description,
    settings: link.settings,
    version: link.deployment.version,
    gateway: recordingGateway({
      link,
      clock,
      signal,
      from: attempt.from,
      onExchange: (exchange) => write({ type: 'exchange:seen', exchange }),
      onReply: (request, answer) => {
        const isSignal = request.method === 'POST' && description.isSignalPath(request.path)
        if (!isSignal || answer.reply === undefined) return
        const { path, headers, body = '' } = request
        const { status, body: said } = answer.reply
        ledger.add({ request: { path, headers, body }, status, body: said, wall: clock.wall() })
      },
    }),
    client,
    objects: async (type) => {
      const stream = hub.open(type)
      await stream.ready
      return stream
    },
    seen: (type) => observed.of(type),
    redis: link.redis,
    wroteKey: (key) => ledger.keys(link.deployment.version).includes(key),
    namespaces: Object.values(attempt.namespaces),
    baseline: attempt.baseline,
    duration: (text) => durationOf(text, step.span),
    span: (...path) => spanOf(attempt, [place, ...path].join('.')) ?? step.span,
    write,
    round: (names) => roundOf(step, names, attempt),
    evaluate: (expression, it) => scope.evaluate(expression, it, place),
    bindVars: () => scope.setVars(step.input as JsonObject, place),
  }
}

function roundOf(step: Step, names: JsonObject, attempt: AttemptScope): JsonObject {
  const input = attempt.scope.resolve(step.input, `${step.path}.${step.verb}`, names)
  checkShape(step, input, attempt)
  return input as JsonObject
}

function durationOf(text: string, span: Span): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 0) return ms
  throw new Broken({ code: 'BAD_VALUE', message: `expected a duration like 5s, got ${text}`, span })
}

/** The place of a value, or of the nearest thing around it. */
export function spanOf(attempt: AttemptScope, path: string): Span | undefined {
  const { spans } = attempt.order.scenario
  for (let place = path; place !== ''; place = place.slice(0, Math.max(0, place.lastIndexOf('.')))) {
    const span = spans[place]
    if (span !== undefined) return span
  }
  return undefined
}
