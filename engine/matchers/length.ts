import { isObject } from '../base/json.ts'
import type { OperandIssue, Operator } from './operator.ts'
import { MatcherError, matcherRef } from './operator.ts'
import { show } from './show.ts'
import { sizeOf } from './size.ts'

/** The size itself is matched, so `$length: { $gte: 2 }` works. */
export const length: Operator = {
  name: '$length',
  summary: 'A text, list or map of this many characters, elements or keys.',
  schema: matcherRef,
  examples: [4, { $gte: 2 }],
  parts: (operand) => [{ path: [], value: operand }],
  check,
  compile: (operand, { compile }) => {
    const issue = check(operand)
    if (issue !== undefined) throw new MatcherError(issue.message)
    const size = compile(operand)
    return (actual, path) => {
      const found = sizeOf(actual)
      if (found === undefined) return [{ path, expected: 'a text, a list or a map', actual }]
      const differs = size(found, '')
      return differs.map(({ expected }) => ({ path, expected: `length ${expected}`, actual: found }))
    }
  },
}

/** A size is a whole number, so any other scalar could never be one; maps are matchers, checked as parts. */
function check(operand: unknown): OperandIssue | undefined {
  if (isObject(operand) || (Number.isInteger(operand) && Number(operand) >= 0)) return undefined
  return { code: 'BAD_OPERAND', message: `expected a whole number from 0 or a matcher, got ${show(operand)}` }
}
