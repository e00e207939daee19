import { abortWithin } from '../base/abort.ts'
import { Broken, Failed } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { setUp, type Opened, type SetUp } from './attempt-setup.ts'
import { nameNamespaces } from './namespaces.ts'
import type { AttemptOrder } from './protocol.ts'
import type { Services } from './services.ts'
import { pauseAfter } from './pause-after.ts'
import { reclassified } from './reclassified.ts'
import { runStep } from './step-runner.ts'
import { Story } from './story.ts'
import { tidy } from './tidy.ts'

/** `finally` has a budget of its own, so that a cancelled run still tidies up. */
const FINALLY_MS = 30_000

export interface AttemptOptions {
  readonly order: AttemptOrder
  readonly services: Services
  /** Aborted with `Cancelled` when the run is stopped. */
  readonly cancel: AbortSignal
  /** Called when the last step is over; what follows needs no lane. */
  readonly onLaneFree: () => void
}

/** One attempt from its namespaces to their removal. Never rejects; `attempt:ended` is its last event. */
export async function runAttempt(options: AttemptOptions): Promise<void> {
  const { order, services } = options
  const { scenario, attempt, lane } = order
  const startedAt = services.clock.now()
  const since = services.clock.wall()
  const seed = [services.seed, scenario.id, attempt]
  const namespaces = nameNamespaces(scenario.namespaces, seed)
  services.emit({
    type: 'scenario:started',
    scenario: scenario.id,
    attempt,
    thread: services.thread,
    lane,
    ...(order.deployment === undefined ? {} : { deployment: order.deployment }),
    namespaces,
  })
  const story = new Story()
  const opened: Opened = {}
  services.lull?.enter()
  await story.record(() => play({ ...options, namespaces, seed, opened, story }))
  services.lull?.leave()
  const ms = services.clock.now() - startedAt - story.pausedMs
  options.onLaneFree()
  const tidied = await tidy({ ...options, namespaces, opened, story, since })
  const stall = services.stalledSince?.(since)
  const failure = await reclassified(story.failure, { ...opened, attempt, stall })
  services.emit({
    type: 'attempt:ended',
    scenario: scenario.id,
    attempt,
    outcome: failure?.outcome ?? (story.skipped ? 'skipped' : 'passed'),
    ms,
    ...(failure === undefined ? {} : { failure }),
    ...(story.further.length === 0 ? {} : { further: story.further }),
    ...(story.failedAt.length === 0 ? {} : { failedAt: story.failedAt }),
    ...tidied,
  })
}

interface Playing extends AttemptOptions, SetUp {
  readonly story: Story
}

async function play(playing: Playing): Promise<void> {
  const { order, services, cancel, story } = playing
  const { scenario } = order
  const limit = abortWithin(cancel)
  const { signal } = limit
  const limitTo = (failure: (scenario: Scenario) => Failed | Broken): (() => void) =>
    services.clock.after(scenario.timeoutMs, () => limit.abort(failure(scenario)))
  let release = limitTo(setUpTooLong)
  try {
    const scope = await setUp(playing, signal)
    release()
    release = limitTo(tooLong)
    if (isSkipped(scenario, scope)) {
      story.skipped = true
      return
    }
    await story.record(() => runAll(scenario, scope, signal, story))
    if (story.failure !== undefined && story.failure.outcome !== 'cancelled')
      await runAfter('onFailure', scope, story)
    await pauseAfter(story, playing)
    await runAfter('finally', scope, story)
  } finally {
    release()
    limit.release()
  }
}

/** Until its steps begin, a scenario has said nothing of the gateway; so what that took is not taken from their time. */
function setUpTooLong({ timeoutMs }: Scenario): Broken {
  const message = `its steps did not begin within its timeout of ${formatDuration(timeoutMs)}`
  return new Broken({ code: 'SETUP_TIMEOUT', message })
}

function tooLong({ timeoutMs }: Scenario): Failed {
  const message = `the scenario took longer than its timeout of ${formatDuration(timeoutMs)}`
  return new Failed({ code: 'TIMEOUT', message })
}

function isSkipped({ skip }: Scenario, { scope }: AttemptScope): boolean {
  return skip?.if !== undefined && scope.resolve(skip.if, 'skip.if') === true
}

/** In order, until one does not pass. */
async function runAll(
  { steps, smoke }: Scenario,
  scope: AttemptScope,
  signal: AbortSignal,
  story: Story,
): Promise<void> {
  let asserted = smoke
  for (const step of steps) {
    const end = await runStep(step, scope, signal)
    asserted ||= end.asserted
    if (end.failure === undefined) continue
    story.add(end.failure)
    for (const failure of end.further) story.add(failure)
    story.failedAt.push(...end.failedAt)
    return
  }
  if (asserted) return
  throw new Broken({
    code: 'NOTHING_CHECKED',
    message: 'no assertion was evaluated: every step with one was skipped by its `if`',
  })
}

/** Every one of them, whatever becomes of the others, also after a cancel. */
async function runAfter(list: 'onFailure' | 'finally', scope: AttemptScope, story: Story): Promise<void> {
  const steps = scope.order.scenario[list]
  if (steps.length === 0) return
  const limit = new AbortController()
  const message = `${list} took longer than ${formatDuration(FINALLY_MS)}`
  const release = scope.services.clock.after(FINALLY_MS, () =>
    limit.abort(new Broken({ code: 'FINALLY_TIMEOUT', message })),
  )
  try {
    for (const step of steps) {
      const { failure } = await runStep(step, scope, limit.signal, 'skip-not-set')
      if (failure !== undefined) story.add(failure)
    }
  } finally {
    release()
  }
}
