import { createJournal } from '../events/journal.ts'
import type { EventBody, EventOf, GatewayFacts } from '../events/event.ts'
import type { Log } from '../events/merge.ts'
import { exitCode } from '../events/exit-code.ts'
import { recordingsOf, type Recording } from '../run/replay/recording.ts'
import { replayAttempt, replayServices, type ReplayServices } from '../run/replay/replay-attempt.ts'
import { verdict, type AttemptEnd } from '../run/verdict.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { planned } from './schedule.ts'
import { printProblems } from './print-problems.ts'
import { loadProject, readProject } from './project.ts'
import { deliver, readLog, type DeliverOptions } from './report.ts'
import { matchRecorded } from './recheck-match.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

export interface RecheckOptions extends Omit<DeliverOptions, 'files'> {
  /** The log of a run. */
  readonly log: string
  /** Files as they are now; none: those that the run took. */
  readonly paths: readonly string[]
  readonly failOnFlaky: boolean
}

/** Judges scenarios, as they are written now, by what was recorded of them. Gives the exit code. */
export async function recheck(options: RecheckOptions, world: World): Promise<number> {
  const log = readLog(options.log, world)
  const started = startOf(log, options.log)
  const project = await readProject(world)
  const recorded = [...new Set(started.scenarios.map(({ file }) => file))]
  const paths = options.paths.length === 0 ? recorded : options.paths
  const loaded = await loadProject(project, { paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  const { matched, unknown } = matchRecorded(loaded.scenarios, started.scenarios)
  for (const { file, line, id } of unknown)
    world.stderr.write(`${file}:${line}: ${id} is not in ${options.log}\n`)
  const shared = replayServices(project.description, {
    run: started.run,
    seed: started.seed,
    allowedKinds: project.configFile.config.allowedKinds,
  })
  const events = await rechecked({ log, started, matched, sources: loaded.sources, shared }, world)
  const { state, outputFailed } = await deliver(events, { ...options, files: [options.log] }, world)
  return exitCode(state, { failOnFlaky: options.failOnFlaky, outputFailed })
}

function startOf(log: Log, file: string): EventOf<'run:started'> {
  const started = log.find((event) => event.type === 'run:started')
  if (started === undefined) throw new UsageError(`${file}: nothing ran`)
  if (started.gateways === undefined)
    throw new UsageError(`${file}: the log of a merged run, or of an older version, cannot be judged again`)
  return started
}

interface Rechecking {
  readonly log: Log
  readonly started: EventOf<'run:started'>
  readonly matched: readonly Scenario[]
  readonly sources: ReadonlyMap<string, string>
  readonly shared: ReplayServices
}

/** The log of a run that never was: today's scenarios on the gateway of then. */
async function rechecked(
  { log, started, matched, sources, shared }: Rechecking,
  { clock }: World,
): Promise<Log> {
  const events: Log[number][] = []
  const { tell } = createJournal(clock, [(event) => events.push(event)], (event) => event)
  const startedAt = clock.now()
  const target = `${started.target}, as it was recorded`
  tell({ ...started, target, scenarios: matched.map((scenario) => planned(scenario)) })
  tell({ type: 'sources:read', texts: Object.fromEntries(sources) })
  const recordings = recordingsOf(log)
  for (const scenario of matched) {
    const own = recordings.get(scenario.id) ?? []
    await recheckOne({ scenario, recordings: own, started, shared, tell })
  }
  tell({ type: 'run:ended', ms: clock.now() - startedAt, phases: {}, busy: 0 })
  return events
}

interface RecheckingOne extends Pick<Rechecking, 'started' | 'shared'> {
  readonly scenario: Scenario
  readonly recordings: readonly Recording[]
  readonly tell: (event: EventBody) => void
}

async function recheckOne({ scenario, recordings, started, shared, tell }: RecheckingOne): Promise<void> {
  const gatewayOf = ({ deployment = '' }: Recording): GatewayFacts =>
    started.gateways?.[deployment] ?? NO_GATEWAY
  const wall = started.wall - started.at
  const ends: AttemptEnd[] = []
  let judged = true
  for (const recording of recordings) {
    const { events, unjudged } = await replayAttempt({
      scenario,
      recording,
      gateway: gatewayOf(recording),
      wall,
      shared,
    })
    for (const { body } of events) {
      tell(body)
      if (body.type !== 'attempt:ended') continue
      ends.push(body)
      judged = body.failure?.code !== 'NOTHING_CHECKED' || unjudged.length === 0
    }
    const where = { scenario: scenario.id, attempt: recording.attempt }
    for (const text of unjudged) tell({ type: 'warning:raised', ...where, text })
  }
  const last = recordings.at(-1)
  const { version } = last === undefined ? NO_GATEWAY : gatewayOf(last)
  const end = endOf(scenario, ends, { judged, wall, version })
  tell({ type: 'scenario:ended', scenario: scenario.id, ...end })
}

const NO_GATEWAY: GatewayFacts = { version: 'unknown', settings: {} }

interface Around {
  readonly judged: boolean
  readonly wall: number
  readonly version: string
}

type End = Pick<EventOf<'scenario:ended'>, 'outcome' | 'ms' | 'attempts' | 'failure' | 'reason'>

function endOf(scenario: Scenario, ends: readonly AttemptEnd[], { judged, wall, version }: Around): End {
  const last = ends.at(-1)
  const counts = { ms: ends.reduce((sum, { ms }) => sum + ms, 0), attempts: ends.length }
  if (last === undefined) return { ...counts, outcome: 'skipped', reason: 'it did not run then' }
  if (!judged) return { ...counts, outcome: 'skipped', reason: 'nothing in it can be judged by a recording' }
  const today = new Date(wall).toISOString().slice(0, 10)
  const found = verdict(scenario, ends, { today, version })
  // There is no further attempt to be had.
  if (!found.again) {
    const { outcome, failure, reason } = found
    return { ...counts, outcome, ...(failure && { failure }), ...(reason === undefined ? {} : { reason }) }
  }
  return {
    ...counts,
    outcome: last.outcome,
    ...(last.failure === undefined ? {} : { failure: last.failure }),
  }
}
