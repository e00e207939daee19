import { MatcherError, orTemplate, type OperandIssue, type Schema } from './operator.ts'
import { show } from './show.ts'

export const flagSchema: Schema = orTemplate('boolean')

export function checkFlag(operand: unknown): OperandIssue | undefined {
  if (typeof operand === 'boolean') return undefined
  return { code: 'BAD_OPERAND', message: `expected true or false, got ${show(operand)}` }
}

export function flagOf(operand: unknown): boolean {
  const issue = checkFlag(operand)
  if (issue !== undefined) throw new MatcherError(issue.message)
  return operand === true
}
