import type { Clock } from '../base/clock.ts'
import type { Sink } from '../reporters/define.ts'
import type { Keyboard } from './keyboard.ts'

/** Everything a command may touch of the process it runs in. Made once, in `main.ts`. */
export interface World {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: OutputSink
  readonly stderr: OutputSink
  /** Whether the terminal's locale can show more than ASCII. */
  readonly unicode: boolean
  /** Standard input to its end, as text. */
  readonly readInput: () => Promise<string>
  readonly clock: Clock
  readonly version: string
  /** Another text for every other build of the engine; absent where it runs from its sources. */
  readonly build?: string
  /** Folder of the package: `kind/`, `schemas/` and `dist/` lie below it. */
  readonly root: string
  readonly tempFolder: string
  /** Random enough for ids; seeds everything else. */
  readonly freshSeed: () => string
  readonly cpus: () => CpuShare
  /** Calls the listener at each SIGINT and SIGTERM; the returned function ends that. */
  onSignal(listener: (signal: Signal) => void): () => void
  /** Calls the listener when somebody asks this process how it stands (SIGUSR1); the returned function ends that. */
  onAsked?(listener: () => void): () => void
  /** The keys of the terminal; absent where nobody can press any. */
  readonly keyboard?: Keyboard
  /** Calls the listener before the process ends, however that comes about; the returned function ends that. */
  onExit(listener: () => void): () => void
  /** Ends the process now. */
  exitNow(code: number): void
}

export type Signal = 'SIGINT' | 'SIGTERM'

/** What this process may use of the machine. */
export interface CpuShare {
  readonly count: number
  /** Where the number comes from: `2 CPUs`, `cgroup quota of 1.5 CPUs`. */
  readonly reason: string
}

/** A stream that remembers when it could not be written. A closed pipe is no failure: nobody reads any more. */
export interface OutputSink extends Sink {
  failed(): boolean
}
