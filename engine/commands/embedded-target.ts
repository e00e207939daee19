import { join } from 'node:path'
import { startEmbedded, type EmbeddedTarget } from '../targets/embedded.ts'
import type { Wanted } from '../targets/target.ts'
import type { Project } from './project.ts'
import type { World } from './world.ts'

/** What the command line says of the embedded target. */
export interface EmbeddedFlags {
  readonly faults: readonly string[]
  readonly redis?: 'server' | 'js'
  /** A fixed port for the API server. */
  readonly port?: number
}

export interface EmbeddedRequest extends EmbeddedFlags {
  readonly project: Project
  readonly wanted: Wanted
  readonly seed: string
}

/** Brings up the embedded cluster for a project. */
export function embeddedTarget(request: EmbeddedRequest, world: World): Promise<EmbeddedTarget> {
  const { project, wanted, seed, faults, redis, port } = request
  return startEmbedded({
    clock: world.clock,
    seed,
    wanted,
    configurations: project.configurations,
    crds: project.crds,
    policy: project.policy,
    faults,
    searchPath: world.env['PATH'] ?? '',
    ...(redis === undefined ? {} : { preferRedis: redis }),
    watchdogEntry: join(world.root, 'dist', 'watchdog.js'),
    tempFolder: world.tempFolder,
    ...(port === undefined ? {} : { port }),
    onWarning: (text) => world.stderr.write(`warning: ${text}\n`),
  })
}
