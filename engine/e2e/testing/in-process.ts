import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { loadProject, readProject } from '../../commands/project.ts'
import type { Event, EventBody } from '../../events/event.ts'
import { createJournal } from '../../events/journal.ts'
import type { RunState } from '../../events/run-state.ts'
import { startHost } from '../../run/host.ts'
import type { HostOptions } from '../../run/host-options.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { startEmbedded, type EmbeddedTarget } from '../../targets/embedded.ts'
import type { Target } from '../../targets/target.ts'
import { ROOT, type Place } from './place.ts'

/** A sandbox within reach of the test, and the means to run scenarios on it in real threads. */
export interface Session {
  readonly target: EmbeddedTarget
  /** Resolves with all that came of it. */
  readonly run: (options: RunOnOptions) => Promise<RunState>
}

export interface RunOnOptions {
  /** The scenario's text, or several. */
  readonly text: string | readonly string[]
  /** Instead of the sandbox as it is. */
  readonly target?: Target
  readonly threads?: number
  /** Instead of the built thread. */
  readonly entry?: string
  readonly limits?: HostOptions['limits']
  readonly keep?: HostOptions['keep']
  readonly onEvent?: (event: Event) => void
}

export interface SessionOptions {
  readonly profiles?: readonly string[]
  /** Of the gateway. */
  readonly faults?: readonly string[]
  /** What the gateway says it is, instead of what its faults make of it. */
  readonly version?: string
}

/** A sandbox, with the profile `dedup` unless others are asked for; it goes with the place. */
export async function openSession(
  place: Place,
  { profiles = ['dedup'], faults = [], version }: SessionOptions = {},
): Promise<Session> {
  const project = await readProject({ root: ROOT, cwd: place.folder })
  const target = await startEmbedded({
    ...project,
    clock: systemClock,
    seed: 'e2e',
    wanted: { profiles, exclusive: {} },
    faults,
    searchPath: place.searchPath,
    watchdogEntry: join(ROOT, 'dist', 'watchdog.js'),
    tempFolder: place.temp,
    onWarning: (text) => {
      throw new Error(text)
    },
  })
  place.defer(() => target.close())
  const load = async (text: string | readonly string[]): Promise<readonly Scenario[]> => {
    const paths = [text].flat().map((one, index) => {
      const file = index === 0 ? 'scenario.yaml' : `scenario-${index + 1}.yaml`
      place.write(file, one)
      return file
    })
    const request = { paths }
    const { scenarios, problems } = await loadProject(project, request, { cwd: place.folder })
    if (scenarios.length === 0) throw new Error(problems.map(({ message }) => message).join('\n'))
    return scenarios
  }
  const run = async (options: RunOnOptions): Promise<RunState> => {
    const scenarios = await load(options.text)
    const journal = createJournal(systemClock, [(event) => options.onEvent?.(event)], (event) => event)
    journal.tell(started(scenarios))
    const host = startHost({
      run: 'e2e',
      seed: 'e2e',
      scenarios,
      target: options.target ?? calledVersion(target, version),
      description: project.description.name,
      allowedKinds: [],
      threads: options.threads ?? 2,
      lanes: 2,
      env: {},
      clock: systemClock,
      entry: options.entry ?? join(ROOT, 'dist', 'thread.js'),
      ...(options.keep === undefined ? {} : { keep: options.keep }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      emit: (event) => journal.tell(event),
    })
    const { busy } = await host.done
    journal.tell({ type: 'run:ended', ms: 0, phases: {}, busy })
    return journal.state()
  }
  return { target, run }
}

/** The same target, all of whose gateways are of a version. */
function calledVersion(target: EmbeddedTarget, version: string | undefined): Target {
  if (version === undefined) return target
  const called = Object.create(target) as EmbeddedTarget
  const deployments = target.deployments.map((deployment) => ({ ...deployment, version }))
  return Object.defineProperty(called, 'deployments', { value: deployments })
}

function started(scenarios: readonly Scenario[]): EventBody {
  const planned = scenarios.map(({ id, name, file, line, tags, profile = 'none' }) => ({
    id,
    name,
    file,
    line,
    tags,
    profile,
  }))
  return {
    type: 'run:started',
    run: 'e2e',
    version: '0',
    wall: 0,
    target: 'embedded',
    profiles: ['dedup'],
    threads: 2,
    threadsReason: 'test',
    lanes: 2,
    clock: 'real',
    seed: 'e2e',
    redis: '',
    gateway: '',
    scenarios: planned,
  }
}
