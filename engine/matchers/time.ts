import { MatcherError, type OperandIssue } from './operator.ts'
import { show } from './show.ts'

const RFC3339 = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/

/** A place on a scale: a number as it is, an RFC 3339 time in milliseconds since the Unix epoch. */
export interface Point {
  readonly scale: 'number' | 'time'
  readonly at: number
}

/** Undefined for what is neither a number nor an RFC 3339 time. */
export function readPoint(value: unknown): Point | undefined {
  if (typeof value === 'number') return { scale: 'number', at: value }
  const [, moment = '', fraction = '', zone = ''] =
    typeof value === 'string' ? (RFC3339.exec(value) ?? []) : []
  // A date keeps milliseconds, and gateways tell nanoseconds.
  const at = Date.parse(`${moment}${zone}`) + (fraction === '' ? 0 : Number(fraction) * 1000)
  return Number.isNaN(at) ? undefined : { scale: 'time', at }
}

export function checkPoint(operand: unknown): OperandIssue | undefined {
  if (readPoint(operand) !== undefined) return undefined
  const message = `expected a number or a time like 2025-11-24T12:00:00Z, got ${show(operand)}`
  return { code: 'BAD_OPERAND', message }
}

export function pointOf(operand: unknown): Point {
  const point = readPoint(operand)
  if (point === undefined) throw new MatcherError(checkPoint(operand)?.message ?? '')
  return point
}
