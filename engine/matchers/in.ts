import type { Mismatch } from '../base/failure.ts'
import { MatcherError, orTemplate, type OperandIssue, type Operator } from './operator.ts'
import { deepEqual } from './equality.ts'
import { show, showExpected } from './show.ts'

export const oneOf: Operator = {
  name: '$in',
  summary: 'One of these values.',
  schema: orTemplate('array', { minItems: 1 }),
  examples: [
    [201, 202],
    ['warning', 'critical'],
  ],
  check,
  compile: (operand) => {
    const issue = check(operand)
    if (issue !== undefined) throw new MatcherError(issue.message)
    const values = operand as readonly unknown[]
    const expected = `one of ${values.map(showExpected).join(', ')}`
    return (actual, path): Mismatch[] =>
      values.some((value) => deepEqual(actual, value)) ? [] : [{ path, expected, actual }]
  },
}

function check(operand: unknown): OperandIssue | undefined {
  if (Array.isArray(operand) && operand.length > 0) return undefined
  return { code: 'BAD_OPERAND', message: `expected a list of values, got ${show(operand)}` }
}
