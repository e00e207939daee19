import { matcherRef, type Operator } from './operator.ts'
import { show } from './show.ts'

export const any: Operator = {
  name: '$any',
  summary: 'A list with at least one element that matches this.',
  schema: matcherRef,
  examples: [{ name: 'web' }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const element = compile(operand)
    const expected = `any element matching ${show(operand)}`
    return (actual, path) => {
      if (!Array.isArray(actual)) return [{ path, expected: 'a list', actual }]
      return actual.some((item) => element(item, '').length === 0) ? [] : [{ path, expected, actual }]
    }
  },
}
