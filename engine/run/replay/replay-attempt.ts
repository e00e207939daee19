import { Broken } from '../../base/failure.ts'
import type { EventBody, GatewayFacts } from '../../events/event.ts'
import { createExpressions } from '../../expressions/expressions.ts'
import type { GatewayDescription } from '../../gateway/description.ts'
import type { Scenario, Step } from '../../scenario/scenario.ts'
import { compiledValidators } from '../../scenario/validators.ts'
import { vocabularyOf } from '../../scenario/vocabulary.ts'
import { runAttempt } from '../attempt.ts'
import type { Services } from '../services.ts'
import type { Recording } from './recording.ts'
import { ReplayClock } from './replay-clock.ts'
import { ReplayCluster } from './replay-cluster.ts'
import { replayLink } from './replay-link.ts'
import { stepReplay } from './step-replay.ts'

/** What all attempts of a run share. */
export type ReplayServices = Pick<
  Services,
  'description' | 'described' | 'expressions' | 'allowedKinds' | 'run' | 'seed'
>

export interface ReplayOptions {
  readonly scenario: Scenario
  readonly recording: Recording
  readonly gateway: GatewayFacts
  /** Unix milliseconds at which the run began. */
  readonly wall: number
  readonly shared: ReplayServices
}

/** Of the description; made once, because expressions remember what they have parsed. */
export function replayServices(
  description: GatewayDescription,
  run: Pick<ReplayServices, 'allowedKinds' | 'run' | 'seed'>,
): ReplayServices {
  const validators = compiledValidators(description)
  return {
    ...run,
    description,
    ...(validators === undefined ? {} : { described: { description, validators } }),
    expressions: createExpressions(vocabularyOf(description)),
  }
}

export interface Replayed {
  /** With `at` since the attempt began. */
  readonly events: readonly { readonly at: number; readonly body: EventBody }[]
  /** What was not judged, and why. */
  readonly unjudged: readonly string[]
}

/** Plays an attempt again, with its steps as they are written now, and what was seen of the gateway then. */
export async function replayAttempt(options: ReplayOptions): Promise<Replayed> {
  const { scenario, recording, gateway, wall, shared } = options
  const clock = new ReplayClock(wall + recording.startedAt)
  const events: { at: number; body: EventBody }[] = []
  const unjudged: string[] = []
  const onUnjudged = ({ id, path, verb, span }: Step, why: string): void =>
    void unjudged.push(`not judged: ${id ?? path} (${verb}), line ${span.line}: ${why}`)
  const emit = (body: EventBody): void => void events.push({ at: clock.now(), body: withoutLeftovers(body) })
  const link = replayLink({
    ...{ name: recording.deployment ?? 'none', version: gateway.version, settings: gateway.settings },
    ...{ exchanges: recording.exchanges, clock },
  })
  const cluster = new ReplayCluster(recording, clock)
  const services: Services = {
    ...shared,
    thread: recording.thread,
    // As they stand in the recording.
    env: Object.fromEntries(scenario.env.map((name) => [name, '***'])),
    clock,
    client: cluster.client,
    hub: cluster.hub,
    link: () => Promise.resolve(link),
    breakTarget: () => Promise.resolve(() => Promise.resolve()),
    emit,
    replay: stepReplay({ recording, clock, onUnjudged }),
  }
  const cancel = new AbortController()
  const message = 'the recording ends here, and does not show what would have come'
  const over = clock.after(lastNews(recording) + GRACE_MS, () =>
    cancel.abort(new Broken({ code: 'RECORDING_ENDS', message })),
  )
  const { attempt, lane, deployment } = recording
  const order = {
    scenario: withoutLedger(scenario),
    attempt,
    lane,
    ...(deployment === undefined ? {} : { deployment }),
  }
  await clock.runUntil(runAttempt({ order, services, cancel: cancel.signal, onLaneFree: over }))
  return { events, unjudged }
}

/** What was known when its last step ended may have come in a moment later. */
const GRACE_MS = 25

/** Of the steps, or of what a watch told of them later. */
function lastNews({ endsAt, changes }: Recording): number {
  return Math.max(endsAt, changes.at(-1)?.at ?? 0)
}

/** Objects outside the scenario's namespaces are in no recording, so nobody can account for every signal. */
function withoutLedger(scenario: Scenario): Scenario {
  return { ...scenario, ledgerOff: 'a recording' }
}

/** Nothing was made, so nothing can be left. */
function withoutLeftovers(body: EventBody): EventBody {
  return body.type === 'attempt:ended' ? { ...body, leftovers: [] } : body
}
