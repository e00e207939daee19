import { matcherRef, type Operator } from './operator.ts'
import { joinPath } from './show.ts'

/** An empty list does not match: a check that looked at nothing proves nothing. */
export const each: Operator = {
  name: '$each',
  summary: 'A list of at least one element, all of which match this.',
  schema: matcherRef,
  examples: [{ status: 202 }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const element = compile(operand)
    return (actual, path) => {
      if (!Array.isArray(actual)) return [{ path, expected: 'a list', actual }]
      if (actual.length === 0) return [{ path, expected: 'at least one element', actual }]
      return actual.flatMap((item, index) => element(item, joinPath(path, index)))
    }
  },
}
