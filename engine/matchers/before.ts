import type { Operator } from './operator.ts'
import { show } from './show.ts'
import { checkPoint, pointOf, readPoint } from './time.ts'

/** Works on RFC 3339 texts and on numbers; a time and a number never compare. */
export const before: Operator = {
  name: '$before',
  summary: 'A time (or number) before this one, not equal to it.',
  schema: { type: ['string', 'number'] },
  examples: ['2025-11-24T12:00:00Z'],
  check: checkPoint,
  compile: (operand) => {
    const limit = pointOf(operand)
    const expected = `before ${show(operand)}`
    return (actual, path) => {
      const point = readPoint(actual)
      const holds = point?.scale === limit.scale && point.at < limit.at
      return holds ? [] : [{ path, expected, actual }]
    }
  },
}
