import type { Match, Operator } from './operator.ts'
import { matcherRef } from './operator.ts'
import { show } from './show.ts'

/** On a text its operand is a piece of it; on a list it is a matcher that at least one element meets. */
export const contains: Operator = {
  name: '$contains',
  summary: 'A text that contains this one, or a list with an element that matches this.',
  schema: matcherRef,
  examples: ['timeout', { name: 'web' }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const element = compile(operand)
    const expected = `containing ${show(operand)}`
    const holds = (actual: unknown): boolean =>
      typeof actual === 'string'
        ? typeof operand === 'string' && actual.includes(operand)
        : Array.isArray(actual) && actual.some((item) => element(item, '').length === 0)
    const match: Match = (actual, path) => (holds(actual) ? [] : [{ path, expected, actual }])
    return match
  },
}
