import type { Path } from '../base/span.ts'
import type { ExpressionIssue } from './types.ts'

/** An expression that could not be evaluated. `NOT_SET` means that a name it uses has no value (a skipped step). */
export class ExpressionError extends Error {
  readonly code: string
  /** Offsets in the expression, or in the scalar when it was one of a tree. */
  readonly start: number
  readonly end: number
  readonly hint: string | undefined
  /** The way to the scalar, when a tree was resolved. */
  readonly path: Path | undefined

  constructor(issue: ExpressionIssue, path?: Path) {
    super(issue.message)
    this.code = issue.code
    this.start = issue.start
    this.end = issue.end
    this.hint = issue.hint
    this.path = path
  }

  /** The same error as seen from the scalar that holds the expression at `offset`. */
  within(offset: number, path: Path): ExpressionError {
    const { code, message, start, end, hint } = this
    const issue = { code, message, start: start + offset, end: end + offset }
    return new ExpressionError(hint === undefined ? issue : { ...issue, hint }, path)
  }
}
