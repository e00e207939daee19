import { checkNumber, compareNumbers, numberSchema } from './comparison.ts'
import type { Operator } from './operator.ts'

export const gte: Operator = {
  name: '$gte',
  summary: 'A number of at least this size.',
  schema: numberSchema,
  examples: [3],
  check: checkNumber,
  compile: (operand) => compareNumbers(operand, 'at least', (actual, limit) => actual >= limit),
}
