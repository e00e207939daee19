import { toFailure, type Failure } from '../base/failure.ts'

/** What went wrong, the first thing first. */
export class Story {
  failure: Failure | undefined
  readonly further: Failure[] = []
  /** Names of the steps that failed, innermost first. */
  readonly failedAt: string[] = []
  /** Its `skip.if` held, and no step was run. */
  skipped = false

  /** Somebody was given the time to look at the failure. */
  wasPaused = false
  pausedMs = 0

  add(failure: Failure): void {
    if (this.failure === undefined) this.failure = failure
    else this.further.push(failure)
  }

  async record(part: () => Promise<void>): Promise<void> {
    try {
      await part()
    } catch (thrown) {
      this.add(toFailure(thrown))
    }
  }
}
