import { compilePattern, patternIssue, type Pattern } from '../expressions/pattern.ts'
import { MatcherError, type OperandIssue, type Operator } from './operator.ts'
import { checkText, matchText, textOf, textSchema } from './text.ts'

export const matches: Operator = {
  name: '$matches',
  summary:
    'A text in which this regular expression (RE2) is found; anchor it with `^` and `$` for the whole text.',
  schema: textSchema,
  examples: ['^rr-[0-9a-f]+$'],
  check,
  compile: (operand) => {
    const source = textOf(operand)
    const pattern = compiled(source)
    return matchText(`matching ${source}`, (actual) => pattern.test(actual))
  },
}

function check(operand: unknown): OperandIssue | undefined {
  if (typeof operand !== 'string') return checkText(operand)
  const wrong = patternIssue(operand)
  return wrong === undefined
    ? undefined
    : { code: 'BAD_PATTERN', message: `bad regular expression: ${wrong}` }
}

function compiled(source: string): Pattern {
  try {
    return compilePattern(source)
  } catch (cause) {
    throw new MatcherError(`bad regular expression: ${source}`, { cause })
  }
}
