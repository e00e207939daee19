import { checkNumber, compareNumbers, numberSchema } from './comparison.ts'
import type { Operator } from './operator.ts'

export const gt: Operator = {
  name: '$gt',
  summary: 'A number greater than this one.',
  schema: numberSchema,
  examples: [3],
  check: checkNumber,
  compile: (operand) => compareNumbers(operand, 'more than', (actual, limit) => actual > limit),
}
