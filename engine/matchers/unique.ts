import { valueAt } from '../base/json.ts'
import { canonical } from './canonical.ts'
import { MatcherError, type OperandIssue, type Operator } from './operator.ts'
import { joinPath, show } from './show.ts'

/** With a path, elements that lack it count as having an absent value there. */
export const unique: Operator = {
  name: '$unique',
  summary: 'A list in which no element comes twice; with a path, no two elements have the same value at it.',
  schema: { anyOf: [{ const: true }, { type: 'string', minLength: 1 }] },
  examples: [true, 'metadata.name'],
  check,
  compile: (operand) => {
    const issue = check(operand)
    if (issue !== undefined) throw new MatcherError(issue.message)
    const steps = typeof operand === 'string' ? operand.split('.') : []
    const place = steps.length === 0 ? '' : ` at ${steps.join('.')}`
    return (actual, path) => {
      if (!Array.isArray(actual)) return [{ path, expected: 'a list', actual }]
      const seen = new Map<string, number>()
      return actual.flatMap((item: unknown, index) => {
        const value = valueAt(item, steps)
        const key = canonical(value)
        const first = seen.get(key)
        if (first === undefined) seen.set(key, index)
        const expected = `another value${place} than element ${first ?? index}`
        return first === undefined
          ? []
          : [{ path: [index, ...steps].reduce<string>(joinPath, path), expected, actual: value }]
      })
    }
  },
}

function check(operand: unknown): OperandIssue | undefined {
  if (operand === true || (typeof operand === 'string' && operand !== '')) return undefined
  return {
    code: 'BAD_OPERAND',
    message: `expected true or a path such as metadata.name, got ${show(operand)}`,
  }
}
