import { deepEqual } from './equality.ts'
import type { Operator } from './operator.ts'
import { showExpected } from './show.ts'

export const ne: Operator = {
  name: '$ne',
  summary: 'Any other value; an absent one counts as another.',
  schema: {},
  examples: ['', 500],
  compile: (operand) => {
    const expected = `anything but ${showExpected(operand)}`
    return (actual, path) => (deepEqual(actual, operand) ? [{ path, expected, actual }] : [])
  },
}
