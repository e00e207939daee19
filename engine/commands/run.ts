import { join } from 'node:path'
import { describeError } from '../base/failure.ts'
import type { EventBody } from '../events/event.ts'
import { exitCode } from '../events/exit-code.ts'
import { createJournal } from '../events/journal.ts'
import { openEventWriter } from '../events/writer.ts'
import { select, unmet, wantedProfiles } from '../plan/select.ts'
import { widthFor, type Width } from '../plan/threads.ts'
import { deliverTo } from '../reporters/deliver.ts'
import { createReporter, type ReporterName } from '../reporters/index.ts'
import { startHost, type Host } from '../run/host.ts'
import type { Requirement, Scenario } from '../scenario/scenario.ts'
import { startEmbedded } from '../targets/embedded.ts'
import type { Target } from '../targets/target.ts'
import { onInterrupts } from './interrupts.ts'
import { printProblems } from './print-problems.ts'
import { loadProject, readProject, type Project } from './project.ts'
import type { World } from './world.ts'

export interface RunOptions {
  readonly paths: readonly string[]
  readonly threads: number | 'auto'
  readonly lanes?: number
  readonly name?: RegExp
  readonly reporter: ReporterName
  readonly colour?: 'auto' | 'always' | 'never'
  readonly seed?: string
  readonly faults: readonly string[]
  readonly redis?: 'server' | 'js'
  readonly exclusive: number
  readonly failOnFlaky: boolean
  readonly events: string
  /** A fixed port for the embedded API server. */
  readonly port?: number
}

const OFFERS: readonly Requirement[] = ['embedded', 'faults', 'logs']

/** The main job. Gives the exit code. */
export async function run(options: RunOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const loaded = await loadProject(project, { paths: options.paths, forRun: true }, world)
  if (loaded.problems.length > 0) printProblems(loaded, options, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  const scenarios = select(loaded.scenarios, options)
  const running = new Running({ options, world, project, scenarios, sources: loaded.sources })
  return running.run()
}

interface Request {
  readonly options: RunOptions
  readonly world: World
  readonly project: Project
  readonly scenarios: readonly Scenario[]
  readonly sources: ReadonlyMap<string, string>
}

class Running {
  readonly #request: Request
  readonly #tell: (event: EventBody) => void
  readonly #finish: () => Promise<number>
  readonly #phases: Record<string, number> = {}
  readonly #stop = new AbortController()
  #host: Host | undefined

  constructor(request: Request) {
    this.#request = request
    const { options, world, sources } = request
    const eventsFile = join(world.cwd, options.events)
    const writer = openEventWriter(eventsFile)
    const reporter = createReporter(options.reporter, {
      sink: world.stdout,
      colour: { env: world.env, ...(options.colour === undefined ? {} : { flag: options.colour }) },
      unicode: world.unicode,
      sourceOf: (file) => sources.get(file),
      clock: world.clock,
      reports: [`events: ${options.events}`],
    })
    const delivery = deliverTo([reporter], (line) => world.stderr.write(line))
    const journal = createJournal(world.clock, [
      (event) => writer.append(event),
      (event, state) => delivery.on(event, state),
    ])
    this.#tell = journal.tell
    this.#finish = async () => {
      writer.close()
      await delivery.close(journal.state())
      const failure = writer.failure()
      if (failure !== undefined) world.stderr.write(`the events could not be written: ${failure}\n`)
      const outputFailed = failure !== undefined || delivery.outputFailed() || world.stdout.failed()
      return exitCode(journal.state(), { failOnFlaky: options.failOnFlaky, outputFailed })
    }
  }

  async run(): Promise<number> {
    const { world } = this.#request
    const startedAt = world.clock.now()
    const ignore = onInterrupts(world, {
      first: (signal) => this.#interrupt(signal),
      second: (signal) => this.#abandon(signal),
    })
    let busy = 0
    let trouble: Pick<Extract<EventBody, { type: 'run:ended' }>, 'targetError' | 'internalError'> = {}
    try {
      busy = await this.#provisionAndRun()
    } catch (error) {
      trouble = { internalError: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
    if (this.#targetError !== undefined) trouble = { targetError: this.#targetError }
    this.#tell({
      type: 'run:ended',
      ms: world.clock.now() - startedAt,
      phases: this.#phases,
      busy,
      ...trouble,
    })
    const code = await this.#finish()
    ignore()
    return code
  }

  #targetError: { readonly message: string; readonly hint?: string } | undefined

  async #provisionAndRun(): Promise<number> {
    const { scenarios, options, world } = this.#request
    const width = widthFor({
      threads: options.threads,
      lanes: options.lanes,
      scenarios: scenarios.length,
      cpus: world.cpus(),
    })
    const runnable = scenarios.filter((scenario) => skipReason(scenario) === undefined)
    const run = world.freshSeed()
    const seed = options.seed ?? run
    const target = runnable.length === 0 ? undefined : await this.#provision(runnable, seed)
    if (this.#targetError !== undefined) return 0
    this.#tell(this.#started(width, target, { run, seed }))
    for (const scenario of scenarios) this.#skip(scenario)
    if (target === undefined) return 0
    try {
      return await this.#phase('scenarios', () => this.#runOn(target, runnable, { width, run, seed }))
    } finally {
      await this.#phase('cleanup', () => this.#tearDown(target))
    }
  }

  async #phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = this.#request.world.clock.now()
    try {
      return await work()
    } finally {
      this.#phases[name] = this.#request.world.clock.now() - startedAt
    }
  }

  async #provision(scenarios: readonly Scenario[], seed: string): Promise<Target | undefined> {
    const { options, world, project } = this.#request
    try {
      return await this.#phase('provision', () =>
        startEmbedded({
          clock: world.clock,
          seed,
          wanted: wantedProfiles(scenarios, options.exclusive),
          configurations: project.configurations,
          crds: project.crds,
          policy: project.policy,
          faults: options.faults,
          searchPath: world.env['PATH'] ?? '',
          ...(options.redis === undefined ? {} : { preferRedis: options.redis }),
          watchdogEntry: join(world.root, 'dist', 'watchdog.js'),
          tempFolder: world.tempFolder,
          ...(options.port === undefined ? {} : { port: options.port }),
          onWarning: (text) => world.stderr.write(`warning: ${text}\n`),
        }),
      )
    } catch (error) {
      this.#targetError = { message: `the embedded target could not be started: ${describeError(error)}` }
      return undefined
    }
  }

  async #runOn(
    target: Target,
    scenarios: readonly Scenario[],
    { width, run, seed }: { readonly width: Width; readonly run: string; readonly seed: string },
  ): Promise<number> {
    const { world, project } = this.#request
    const host = startHost({
      run,
      seed,
      scenarios,
      target,
      description: project.description.name,
      threads: width.threads,
      lanes: width.lanes,
      env: declaredEnv(scenarios, world.env),
      clock: world.clock,
      entry: join(world.root, 'dist', 'thread.js'),
      emit: (event) => this.#tell(event),
    })
    this.#host = host
    if (this.#stop.signal.aborted) host.cancel(String(this.#stop.signal.reason))
    return host.done
  }

  async #tearDown(target: Target): Promise<void> {
    try {
      await target.close()
    } catch (error) {
      const command = 'look for folders called gwscen-* in the temporary folder'
      this.#tell({
        type: 'leftover:found',
        what: 'parts of the embedded target',
        reason: describeError(error),
        command,
      })
    }
  }

  #started(
    width: Width,
    target: Target | undefined,
    { run, seed }: { readonly run: string; readonly seed: string },
  ): EventBody {
    const { scenarios, world } = this.#request
    return {
      type: 'run:started',
      run,
      version: world.version,
      wall: world.clock.wall(),
      target: target?.name ?? 'none',
      profiles: target?.deployments.map(({ name }) => name) ?? [],
      threads: width.threads,
      threadsReason: width.reason,
      lanes: width.lanes,
      clock: 'real',
      seed,
      redis: target?.redis ?? 'none',
      gateway: target?.gateway ?? 'none',
      scenarios: scenarios.map(({ id, name, file, line, tags, profile }) => ({
        id,
        name,
        file,
        line,
        tags,
        profile: profile ?? 'none',
      })),
    }
  }

  #skip(scenario: Scenario): void {
    const reason = skipReason(scenario)
    if (reason === undefined) return
    this.#tell({
      type: 'scenario:ended',
      scenario: scenario.id,
      outcome: 'skipped',
      ms: 0,
      attempts: 0,
      reason,
    })
  }

  #interrupt(signal: 'SIGINT' | 'SIGTERM'): void {
    this.#tell({ type: 'run:interrupted', signal, times: 1 })
    this.#stop.abort(`stopped by ${signal}`)
    this.#host?.cancel(`stopped by ${signal}`)
  }

  /** Reports what there is and goes, without waiting for the scenarios. */
  #abandon(signal: 'SIGINT' | 'SIGTERM'): void {
    const { world } = this.#request
    this.#tell({ type: 'run:interrupted', signal, times: 2 })
    void this.#host?.kill()
    void this.#finish().then((code) => world.exitNow(code))
  }
}

function skipReason(scenario: Scenario): string | undefined {
  if (scenario.skip !== undefined && scenario.skip.if === undefined) return scenario.skip.reason
  const missing = unmet(scenario, OFFERS)
  return missing.length === 0 ? undefined : `the embedded target has no ${missing.join(', ')}`
}

function declaredEnv(scenarios: readonly Scenario[], env: World['env']): Readonly<Record<string, string>> {
  const names = [...new Set(scenarios.flatMap((scenario) => scenario.env))]
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}
