import { join } from 'node:path'
import { suggest } from '../base/suggest.ts'
import { faultsFrom, faults as knownFaults, presets } from '../embedded/gateway/faults/index.ts'
import { startEmbedded, type EmbeddedOptions, type EmbeddedTarget } from '../targets/embedded.ts'
import type { Wanted } from '../targets/target.ts'
import type { Project } from './project.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

/** What the command line says of the embedded target. */
export interface EmbeddedFlags {
  readonly faults: readonly string[]
  readonly redis?: 'server' | 'js'
  readonly clock?: 'real' | 'virtual'
  /** A fixed port for the API server. */
  readonly port?: number
}

export interface EmbeddedRequest extends EmbeddedFlags {
  readonly project: Project
  readonly wanted: Wanted
  readonly seed: string
}

/** `G6` as the faults it stands for; other names as they are. */
export function namedFaults(names: readonly string[]): readonly string[] {
  return names.flatMap((name): readonly string[] => {
    const found = faultsFrom(name)
    return found.length === 0 ? [name] : found
  })
}

/** Throws `UsageError` for a name that is no fault and no preset, with the nearest one. */
export function checkFaults(names: readonly string[]): void {
  const known = [...Object.keys(knownFaults), ...Object.keys(presets)]
  const wrong = names.find((name) => !known.includes(name) && faultsFrom(name).length === 0)
  if (wrong === undefined) return
  const nearest = suggest(wrong, known)
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  throw new UsageError(`--fault ${wrong}: no such fault or preset${hint}`)
}

/** Brings up the embedded cluster for a project. */
export async function embeddedTarget(request: EmbeddedRequest, world: World): Promise<EmbeddedTarget> {
  const { port } = request
  try {
    return await startEmbedded(embeddedOptions(request, world))
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!taken || port === undefined) throw cause
    const advice = 'stop what listens there, choose another, or leave out --port to get a free one'
    throw new Error(`port ${port} on 127.0.0.1 is in use: ${advice}`, { cause })
  }
}

function embeddedOptions(request: EmbeddedRequest, world: World): EmbeddedOptions {
  const { project, wanted, seed, faults, redis, port } = request
  return {
    clock: world.clock,
    seed,
    wanted,
    configurations: project.configurations,
    crds: project.crds,
    policy: project.policy,
    faults: namedFaults(faults),
    searchPath: world.env['PATH'] ?? '',
    ...(redis === undefined ? {} : { preferRedis: redis }),
    watchdogEntry: join(world.root, 'dist', 'watchdog.js'),
    tempFolder: world.tempFolder,
    ...(port === undefined ? {} : { port }),
    onWarning: (text) => world.stderr.write(`warning: ${text}\n`),
  }
}
