import { Piscina } from 'piscina'

/** What a thread may keep in memory, in MiB, before it is ended: a runaway one must not take the others along. */
export const MEMORY_MB = 1024

/** So many load while the target comes up; more would keep the main thread from what all of them wait for. */
const LOADED_EARLY = 2

export interface WorkersOptions {
  readonly threads: number
  /** The built thread entry. */
  readonly entry: string
  /** What a thread may keep in memory, in MiB; 1024 unless given. */
  readonly memoryMb?: number | undefined
}

/** Threads that load what they will run and wait for a task, one at a time each. */
export type Workers = Pick<Piscina, 'run' | 'destroy'>

export function startWorkers({ threads, entry, memoryMb = MEMORY_MB }: WorkersOptions): Workers {
  const piscina = new Piscina({
    filename: entry,
    minThreads: Math.min(threads, LOADED_EARLY),
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    // The default puts a worker's event loop to sleep between tasks, and its sockets with it.
    atomics: 'disabled',
    // Workers get what they need in their task; nothing of the environment.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  // A throw outside a task also rejects the task, which is where it is dealt with.
  piscina.on('error', () => undefined)
  return piscina
}
