import { join } from 'node:path'
import { describeError } from '../base/failure.ts'
import type { EventBody, PlannedScenario } from '../events/event.ts'
import { homeless, skipReason, wantedProfiles } from '../plan/select.ts'
import type { Width } from '../plan/threads.ts'
import { startHost } from '../run/host.ts'
import type { Host, HostOptions } from '../run/host-options.ts'
import { startWorkers, type Workers, type WorkersOptions } from '../run/workers.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Target } from '../targets/target.ts'
import { abandoned } from './abandoned.ts'
import { declaredEnv } from './declared-env.ts'
import { onInterrupts } from './interrupts.ts'
import { PauseDesk } from './pause-desk.ts'
import { keepOn } from './keep-on.ts'
import type { Project } from './project.ts'
import { provisionTarget, type ProvisionFlags } from './provision-target.ts'
import { RunPhases } from './run-phases.ts'
import { startOf } from './run-start.ts'
import { endOf, TargetFailed, troubleOf, type RunEnd, type Trouble } from './run-end.ts'
import type { RunOptions } from './run.ts'
import type { RunOutput } from './run-output.ts'
import { runWidth } from './run-width.ts'
import type { Signal, World } from './world.ts'

/** What a run is told of its width, its chance and its gateway. */
export type SessionOptions = ProvisionFlags &
  Pick<RunOptions, 'threads' | 'lanes' | 'threadMemory' | 'seed' | 'exclusive' | 'maxFailures'> &
  Partial<Pick<RunOptions, 'pauseOnFailure' | 'keep' | 'clock'>>

export interface SessionRequest {
  readonly options: SessionOptions
  readonly world: World
  readonly project: Project
  readonly scenarios: readonly Scenario[]
  /** File → text, for reports. */
  readonly sources: ReadonlyMap<string, string>
  readonly output: RunOutput
  /** How long each will take, where that is known. */
  readonly expected?: (scenario: Scenario) => PlannedScenario['expected']
  /** See `HostOptions`. */
  readonly trying?: Pick<HostOptions, 'onTouched' | 'needless'>
  /** What the other shards of the suite run. */
  readonly elsewhere?: readonly Scenario[]
}

/** One run from the target's start to the last line of the report. */
export class RunSession {
  readonly #request: SessionRequest
  readonly #run: string
  readonly #seed: string
  readonly #width: Width
  readonly #threads: WorkersOptions
  readonly #phases: RunPhases
  /** They load what they run while the target comes up. */
  #workers: Workers | undefined
  #host: Host | undefined
  #target: Target | undefined
  #stopped: string | undefined
  #failures = 0
  readonly #laneMs = new Map<string, number>()

  constructor(request: SessionRequest) {
    const { options, world, scenarios } = request
    this.#request = request
    this.#phases = new RunPhases(world.clock)
    const fresh = world.freshSeed()
    const isVirtual = options.clock === 'virtual'
    this.#seed = options.seed ?? fresh
    // Under the virtual clock all follows from the seed, also what scenarios are told of their run.
    this.#run = isVirtual ? this.#seed : fresh
    const { threads, lanes = isVirtual ? 1 : undefined } = options
    this.#width = runWidth({ target: options.target, threads, lanes }, scenarios.length, world)
    this.#threads = {
      threads: this.#width.threads,
      entry: join(world.root, 'dist', isVirtual ? 'virtual-thread.js' : 'thread.js'),
      memoryMb: options.threadMemory,
    }
  }

  /** Gives the exit code. */
  async run(): Promise<number> {
    const { world, output } = this.#request
    const startedAt = world.clock.now()
    const ignoreSignals = onInterrupts(world, {
      first: (signal) => this.#interrupt(signal),
      second: (signal) => this.#abandon(signal),
    })
    let end: RunEnd = { busy: 0 }
    let trouble: Trouble = {}
    try {
      end = await this.#provisionAndRun()
    } catch (error) {
      trouble = troubleOf(error)
    }
    output.tell({
      type: 'run:ended',
      ms: world.clock.now() - startedAt,
      phases: this.#phases.all,
      ...end,
      ...trouble,
    })
    const code = await output.finish()
    ignoreSignals()
    return code
  }

  async #provisionAndRun(): Promise<RunEnd> {
    const { scenarios, sources, output } = this.#request
    const runnable = scenarios.filter((scenario) => this.#skipReason(scenario) === undefined)
    try {
      if (runnable.length > 0) this.#workers = startWorkers(this.#threads)
      if (runnable.length > 0)
        this.#target = await this.#phases.run('provision', () => this.#provision(runnable))
      const target = this.#target
      output.tell(
        startOf({ request: this.#request, run: this.#run, seed: this.#seed, width: this.#width, target }),
      )
      output.tell({ type: 'sources:read', texts: Object.fromEntries(sources) })
      for (const scenario of scenarios) this.#skip(scenario, target)
      if (target === undefined) return { busy: 0 }
      const housed = runnable.filter((one) => homeless(one, target.deployments) === undefined)
      return await this.#phases.run('scenarios', () => this.#play(target, housed))
    } finally {
      await this.#workers?.destroy()
      await this.#tearDown()
    }
  }

  async #provision(scenarios: readonly Scenario[]): Promise<Target> {
    const { options, world, project, output } = this.#request
    const wanted = wantedProfiles(scenarios, options.exclusive)
    try {
      const told = { ...world, stderr: { ...world.stderr, write: output.say } }
      return await provisionTarget({ ...options, project, wanted, seed: this.#seed }, told)
    } catch (error) {
      const verb = options.target === 'embedded' ? 'could not be started' : 'cannot be used'
      throw new TargetFailed(`the ${options.target} target ${verb}: ${describeError(error)}`, {
        cause: error,
      })
    }
  }

  async #play(target: Target, scenarios: readonly Scenario[]): Promise<RunEnd> {
    const { world, project, output } = this.#request
    const { memoryMb, ...threads } = this.#threads
    const pauses = this.#pauseDesk()
    const host = startHost({
      run: this.#run,
      seed: this.#seed,
      scenarios,
      target,
      description: project.description.name,
      allowedKinds: project.configFile.config.allowedKinds,
      ...{ ...threads, workers: this.#workers, limits: { memoryMb } },
      lanes: this.#width.lanes,
      env: declaredEnv(scenarios, world.env),
      clock: world.clock,
      emit: (event, wall) => {
        output.tell(event, wall)
        this.#watch(event)
        pauses?.on(event)
      },
      pauseOnFailure: pauses !== undefined,
      // On kind few are in flight anyway.
      paced: target.virtual === undefined && this.#request.options.target !== 'kind',
      keep: keepOn(target, this.#request.options.keep, output.say),
      ...this.#request.trying,
    })
    this.#host = host
    output.lookBy(() => host.look())
    pauses?.open(target, host)
    if (this.#stopped !== undefined) host.cancel(this.#stopped)
    const ended = await host.done
    pauses?.close()
    // Their times are their own, and say nothing of how they were packed.
    if (target.virtual !== undefined) return { busy: ended.busy }
    return endOf(ended, {
      ran: scenarios.flatMap((scenario) => {
        const ms = this.#laneMs.get(scenario.id)
        return ms === undefined ? [] : [{ scenario, ms }]
      }),
      lanes: this.#width.threads * this.#width.lanes,
      exclusive: wantedProfiles(scenarios, this.#request.options.exclusive).exclusive,
      wasCut: output.state().counts.cancelled > 0,
    })
  }

  #pauseDesk(): PauseDesk | undefined {
    const { options, world, project, output } = this.#request
    if (options.pauseOnFailure !== true) return undefined
    return new PauseDesk({
      world,
      description: project.description,
      state: output.state,
      show: output.show,
      sourceOf: (file) => output.state().sources[file],
    })
  }

  /** Keeps the times on lanes, and stops a run in which enough has failed. */
  #watch(event: EventBody): void {
    if (event.type !== 'scenario:ended') return
    this.#laneMs.set(event.scenario, event.ms)
    const { maxFailures } = this.#request.options
    if (event.outcome === 'failed' || event.outcome === 'broken') this.#failures += 1
    if (maxFailures !== undefined && this.#failures >= maxFailures)
      this.#host?.cancel(`stopped after ${maxFailures} that did not pass`)
  }

  async #tearDown(): Promise<void> {
    const target = this.#target
    try {
      if (target !== undefined) await this.#phases.run('cleanup', () => target.close())
    } catch (error) {
      const command = 'look for folders called gwscen-* in the temporary folder'
      const what = `parts of the ${this.#request.options.target} target`
      this.#request.output.tell({ type: 'leftover:found', what, reason: describeError(error), command })
    }
  }

  #skipReason(scenario: Scenario): string | undefined {
    return skipReason(scenario, this.#request.options.target)
  }

  #skip(scenario: Scenario, target: Target | undefined): void {
    const reason = this.#skipReason(scenario) ?? homeless(scenario, target?.deployments ?? [])
    if (reason === undefined) return
    const skipped = { outcome: 'skipped', ms: 0, attempts: 0, reason } as const
    this.#request.output.tell({ type: 'scenario:ended', scenario: scenario.id, ...skipped })
  }

  #interrupt(signal: Signal): void {
    this.#stopped = `stopped by ${signal}`
    this.#request.output.tell({ type: 'run:interrupted', signal, times: 1 })
    this.#host?.cancel(this.#stopped)
  }

  /** Reports what there is and goes, without waiting for the scenarios. */
  #abandon(signal: Signal): void {
    const { world, output } = this.#request
    output.tell({ type: 'run:interrupted', signal, times: 2 })
    // The embedded target goes with this process, and all that is in it.
    const left =
      this.#target?.name === 'embedded' ? [] : abandoned(output.state(), `stopped twice by ${signal}`)
    for (const leftover of left) output.tell({ type: 'leftover:found', ...leftover })
    void this.#host?.kill()
    void output.finish().then((code) => world.exitNow(code))
  }
}
