import { matcherRef, type Operator } from './operator.ts'
import { show } from './show.ts'

export const not: Operator = {
  name: '$not',
  summary: 'A value that does not match this.',
  schema: matcherRef,
  examples: [{ $matches: '^kube-' }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const match = compile(operand)
    const expected = `not ${show(operand)}`
    return (actual, path) => (match(actual, path).length > 0 ? [] : [{ path, expected, actual }])
  },
}
