import { MatcherError, type Operator } from './operator.ts'
import { checkText, textOf, textSchema } from './text.ts'

/** Evaluated for each candidate, unlike templates; what the evaluation throws goes through to the caller. */
export const expr: Operator = {
  name: '$expr',
  summary: 'A CEL expression that is true of the candidate, which it sees as `it`; written without `${}`.',
  schema: textSchema,
  examples: ['it.spec.count == size(it.spec.items)'],
  check: checkText,
  compile: (operand, { evaluate }) => {
    const text = textOf(operand)
    const expected = `true of ${text}`
    return (actual, path) => {
      const holds = evaluate(text, actual)
      if (typeof holds !== 'boolean') throw new MatcherError(`$expr: expected true or false of ${text}`)
      return holds ? [] : [{ path, expected, actual }]
    }
  },
}
