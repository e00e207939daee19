import type { Operator } from './operator.ts'
import { show } from './show.ts'
import { checkText, matchText, textOf, textSchema } from './text.ts'

export const startsWith: Operator = {
  name: '$startsWith',
  summary: 'A text that begins with this one.',
  schema: textSchema,
  examples: ['rr-'],
  check: checkText,
  compile: (operand) => {
    const beginning = textOf(operand)
    return matchText(`beginning with ${show(beginning)}`, (actual) => actual.startsWith(beginning))
  },
}
