import type { HostOptions } from './host-options.ts'
import type { ThreadTask } from './protocol.ts'

/** What every thread of a run is told alike. */
export function taskFor(options: HostOptions): Omit<ThreadTask, 'thread' | 'port' | 'beats' | 'loops'> {
  const { run, seed, description, allowedKinds, env, target } = options
  return {
    run,
    seed,
    description,
    allowedKinds,
    env,
    // As it is when a thread begins, also in the place of another one.
    get connection() {
      return target.connection
    },
    deployments: target.deployments,
    patienceMs: target.patienceMs ?? 0,
    pauseOnFailure: options.pauseOnFailure ?? false,
    keep: options.keep ?? 'never',
    ...(target.virtual === undefined ? {} : { virtual: target.virtual }),
  }
}
