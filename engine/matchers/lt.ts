import { checkNumber, compareNumbers, numberSchema } from './comparison.ts'
import type { Operator } from './operator.ts'

export const lt: Operator = {
  name: '$lt',
  summary: 'A number smaller than this one.',
  schema: numberSchema,
  examples: [3],
  check: checkNumber,
  compile: (operand) => compareNumbers(operand, 'less than', (actual, limit) => actual < limit),
}
