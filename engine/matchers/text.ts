import { MatcherError, type Match, type OperandIssue, type Schema } from './operator.ts'
import { show } from './show.ts'

export const textSchema: Schema = { type: 'string' }

export function checkText(operand: unknown): OperandIssue | undefined {
  if (typeof operand === 'string') return undefined
  return { code: 'BAD_OPERAND', message: `expected a text, got ${show(operand)}`, hint: 'put it in quotes' }
}

export function textOf(operand: unknown): string {
  const issue = checkText(operand)
  if (issue !== undefined) throw new MatcherError(issue.message)
  return operand as string
}

/** A matcher for texts: what is no text does not match. */
export function matchText(expected: string, holds: (actual: string) => boolean): Match {
  return (actual, path) => (typeof actual === 'string' && holds(actual) ? [] : [{ path, expected, actual }])
}
