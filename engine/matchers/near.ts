import { formatDuration, parseDuration } from '../base/duration.ts'
import { isObject } from '../base/json.ts'
import { MatcherError, type OperandIssue, type Operator } from './operator.ts'
import { show } from './show.ts'
import { readPoint, type Point } from './time.ts'

interface Near {
  readonly point: Point
  readonly by: number
}

/** How far a time may be off, since a number holds it with its fraction; milliseconds. */
const GRAIN_MS = 0.001

/** `{ to, by }`: for times `by` is a duration (`2s`), for numbers a number. Exactly `by` away is near. */
export const near: Operator = {
  name: '$near',
  summary: 'A time or number at most `by` away from `to`.',
  schema: {
    type: 'object',
    properties: {
      to: { type: ['string', 'number'], description: 'The time (RFC 3339) or number.' },
      by: {
        type: ['string', 'number'],
        description: 'How far away it may be: a duration for times, else a number.',
      },
    },
    required: ['to', 'by'],
    additionalProperties: false,
  },
  examples: [
    { to: '2025-11-24T12:00:00Z', by: '2s' },
    { to: 10, by: 0.5 },
  ],
  check: (operand) => {
    const read = readNear(operand)
    return 'message' in read ? read : undefined
  },
  compile: (operand) => {
    const read = readNear(operand)
    if ('message' in read) throw new MatcherError(read.message)
    const { point, by } = read
    const { to } = operand as { to: unknown }
    const expected = `within ${point.scale === 'time' ? formatDuration(by) : by} of ${show(to)}`
    return (actual, path) => {
      const found = readPoint(actual)
      const most = point.scale === 'time' ? by + GRAIN_MS : by
      const holds = found?.scale === point.scale && Math.abs(found.at - point.at) <= most
      return holds ? [] : [{ path, expected, actual }]
    }
  },
}

function readNear(operand: unknown): Near | OperandIssue {
  const bad = (message: string): OperandIssue => ({ code: 'BAD_OPERAND', message })
  const keys = isObject(operand) ? Object.keys(operand).sort().join(' ') : ''
  if (!isObject(operand) || keys !== 'by to') return bad(`expected { to, by }, got ${show(operand)}`)
  const point = readPoint(operand['to'])
  if (point === undefined) return bad(`to: expected a number or an RFC 3339 time, got ${show(operand['to'])}`)
  const by = distance(operand['by'], point.scale)
  if (by !== undefined && by >= 0) return { point, by }
  return bad(
    `by: expected ${point.scale === 'time' ? 'a duration like 2s' : 'a number'}, got ${show(operand['by'])}`,
  )
}

function distance(by: unknown, scale: Point['scale']): number | undefined {
  if (scale === 'number') return typeof by === 'number' ? by : undefined
  return typeof by === 'string' ? parseDuration(by) : undefined
}
