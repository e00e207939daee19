import { MatcherError, orTemplate, type OperandIssue, type Operator } from './operator.ts'
import { readPoint } from './time.ts'
import { show } from './show.ts'

/** Works on numbers and on RFC 3339 times; both ends belong to the range. */
export const between: Operator = {
  name: '$between',
  summary: 'A number or a time from the first to the second, both included.',
  schema: orTemplate('array', { items: { type: ['number', 'string'] }, minItems: 2, maxItems: 2 }),
  examples: [
    [1, 4],
    ['2025-11-24T12:00:00Z', '2025-11-24T12:00:10Z'],
  ],
  check,
  compile: (operand) => {
    const issue = check(operand)
    if (issue !== undefined) throw new MatcherError(issue.message)
    const [low, high] = (operand as unknown[]).map(readPoint)
    const expected = `between ${(operand as unknown[]).map(show).join(' and ')}`
    return (actual, path) => {
      const point = readPoint(actual)
      const inside =
        point !== undefined &&
        point.scale === low?.scale &&
        point.at >= low.at &&
        point.at <= (high?.at ?? low.at)
      return inside ? [] : [{ path, expected, actual }]
    }
  },
}

function check(operand: unknown): OperandIssue | undefined {
  const [low, high] = Array.isArray(operand) && operand.length === 2 ? operand.map(readPoint) : []
  const bad = (message: string): OperandIssue => ({ code: 'BAD_OPERAND', message })
  if (low === undefined || high === undefined || low.scale !== high.scale) {
    return bad(`expected two numbers or two times, got ${show(operand)}`)
  }
  return low.at > high.at ? bad(`expected the smaller end first, got ${show(operand)}`) : undefined
}
