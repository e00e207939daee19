import type { Clock } from '../base/clock.ts'
import type { EventBody } from '../events/event.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Target } from '../targets/target.ts'
import type { Blocked } from './dispatcher.ts'
import type { Keep } from './keep.ts'
import type { Pool, ThreadPoolOptions } from './thread-pool.ts'
import type { Silence } from './thread-watchdog.ts'
import type { Workers } from './workers.ts'

export interface HostOptions {
  readonly run: string
  readonly seed: string
  readonly scenarios: readonly Scenario[]
  readonly target: Target
  readonly description: string
  readonly allowedKinds: readonly string[]
  readonly threads: number
  /** Per thread. */
  readonly lanes: number
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  /** The built thread entry. */
  readonly entry: string
  /** `wall` is when it happened, in Unix milliseconds, where that was not now. */
  readonly emit: (event: EventBody, wall?: number) => void
  /** Attempts that failed wait before they tidy up, until they are told to go on. */
  readonly pauseOnFailure?: boolean
  /** Attempts at a gateway start one after the other, more slowly where threads fall behind; all at once unless given. */
  readonly paced?: boolean
  /** When a thread is given up; see `ThreadPoolOptions`. */
  readonly limits?: Pick<ThreadPoolOptions, 'silentMs' | 'memoryMb'> | undefined
  /** Whether what attempts made stays to be looked at; `never` unless given. */
  readonly keep?: Keep
  /** Hears which faults could have made a difference to a scenario that is on trial. */
  readonly onTouched?: ((scenario: string, faults: readonly string[]) => void) | undefined
  /** Asked when the turn of a scenario has come: why nobody needs it any more, if so; it is skipped then. */
  readonly needless?: ((scenario: Scenario) => string | undefined) | undefined
  /** Threads that have been started already, with the same entry and limits. The host ends them. */
  readonly workers?: Workers | undefined
  /** Instead of real threads. */
  readonly makePool?: (options: ThreadPoolOptions) => Pool
}

/** How the lanes were used. */
export interface HostEnd {
  /** Share of lane time in which a scenario was in flight, 0–1. */
  readonly busy: number
  /** From the first start of a scenario to the last end on a lane. */
  readonly makespanMs: number
}

/** What events do not tell of a run that is going on. */
export interface HostLook {
  readonly blocked: readonly Blocked[]
  /** Threads whose loops do not turn. */
  readonly silent: readonly Silence[]
}

/** A run that is going on. */
export interface Host {
  /** Resolves when every scenario has ended and every thread is closed. */
  readonly done: Promise<HostEnd>
  /** Starts nothing more; what is in flight runs its `finally` and tidies up. */
  cancel(reason: string): void
  /** Lets an attempt that waits after its failure tidy up. */
  resume(scenario: string, attempt: number): void
  look(): HostLook
  /** Ends the threads wherever they are. */
  kill(): Promise<void>
}
