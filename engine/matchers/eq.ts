import { deepEqual } from './equality.ts'
import type { Operator } from './operator.ts'
import { showExpected } from './show.ts'

export const eq: Operator = {
  name: '$eq',
  summary: 'The very same value: a map with exactly these keys, a list with exactly these elements.',
  schema: {},
  examples: [202, 'accepted', { app: 'web' }],
  compile: (operand) => {
    const expected = showExpected(operand)
    return (actual, path) => (deepEqual(actual, operand) ? [] : [{ path, expected, actual }])
  },
}
