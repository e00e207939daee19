import type { Match, OperandIssue, Schema } from './operator.ts'
import { MatcherError, orTemplate } from './operator.ts'
import { show } from './show.ts'

export const numberSchema: Schema = orTemplate('number')

/** Operators that compare with a number take nothing else. */
export function checkNumber(operand: unknown): OperandIssue | undefined {
  if (typeof operand === 'number') return undefined
  return { code: 'BAD_OPERAND', message: `expected a number, got ${show(operand)}` }
}

/** A matcher for numbers: what is no number does not match. */
export function compareNumbers(
  operand: unknown,
  phrase: string,
  holds: (actual: number, limit: number) => boolean,
): Match {
  const limit = numberOf(operand)
  const expected = `${phrase} ${limit}`
  return (actual, path) =>
    typeof actual === 'number' && holds(actual, limit) ? [] : [{ path, expected, actual }]
}

export function numberOf(operand: unknown): number {
  const issue = checkNumber(operand)
  if (issue !== undefined) throw new MatcherError(issue.message)
  return operand as number
}
