import { MatcherError, matcherRef, orTemplate, type OperandIssue, type Operator } from './operator.ts'
import { show } from './show.ts'

export const all: Operator = {
  name: '$all',
  summary: 'A value that matches every one of these.',
  schema: orTemplate('array', { items: matcherRef, minItems: 1 }),
  examples: [[{ $startsWith: 'rr-' }, { $not: { $contains: '--' } }]],
  parts: (operand) =>
    Array.isArray(operand) ? operand.map((value: unknown, index) => ({ path: [index], value })) : [],
  check,
  compile: (operand, { compile }) => {
    const issue = check(operand)
    if (issue !== undefined) throw new MatcherError(issue.message)
    const matches = (operand as readonly unknown[]).map(compile)
    return (actual, path) => matches.flatMap((match) => match(actual, path))
  },
}

function check(operand: unknown): OperandIssue | undefined {
  if (Array.isArray(operand) && operand.length > 0) return undefined
  return { code: 'BAD_OPERAND', message: `expected a list of matchers, got ${show(operand)}` }
}
