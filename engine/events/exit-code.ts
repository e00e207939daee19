import { unfinishedOf, type RunState } from './run-state.ts'

export interface ExitOptions {
  readonly failOnFlaky?: boolean
  /** Nothing to run is no error. */
  readonly passWithNone?: boolean
  /** Something that the user asked for could not be written. */
  readonly outputFailed?: boolean
}

/** What the process says to its caller: the first that applies (`language.md` §8). */
export function exitCode(state: RunState, options: ExitOptions = {}): number {
  const found = verdicts(state, options).find(([applies]) => applies)
  return found === undefined ? 0 : found[1]
}

function verdicts(state: RunState, options: ExitOptions): readonly (readonly [boolean, number])[] {
  const { counts, ended, interrupted } = state
  const failed = counts.failed > 0 || (options.failOnFlaky === true && counts.flaky > 0)
  return [
    [ended?.internalError !== undefined, 70],
    [options.outputFailed === true, 74],
    [interrupted?.signal === 'SIGINT', 130],
    [interrupted?.signal === 'SIGTERM', 143],
    [state.problems.some((problem) => problem.severity === 'error'), 2],
    [ended?.targetError !== undefined || counts.broken > 0, 3],
    [failed, 1],
    // Stopped by a limit of the run with nothing failed: we cannot tell, which is never "all well".
    [counts.cancelled > 0 || unfinishedOf(state).length > 0, 3],
    [state.leftovers.length > 0, 5],
    [state.finished.length === 0 && options.passWithNone !== true, 4],
  ]
}
