import { checkNumber, compareNumbers, numberSchema } from './comparison.ts'
import type { Operator } from './operator.ts'

export const lte: Operator = {
  name: '$lte',
  summary: 'A number of at most this size.',
  schema: numberSchema,
  examples: [3],
  check: checkNumber,
  compile: (operand) => compareNumbers(operand, 'at most', (actual, limit) => actual <= limit),
}
