import { suggest } from '../base/suggest.ts'
import { MatcherError, type OperandIssue, type Operator } from './operator.ts'
import { show } from './show.ts'
import { readPoint } from './time.ts'

const TESTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  map: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  null: (value) => value === null,
  time: (value) => readPoint(value)?.scale === 'time',
}

export const type: Operator = {
  name: '$type',
  summary:
    'A value of this type: string, number, integer, boolean, list, map, null, or time (RFC 3339 text).',
  schema: { anyOf: [{ enum: Object.keys(TESTS) }, { type: 'string', pattern: '^\\$\\{' }] },
  examples: ['string', 'time'],
  check,
  compile: (operand) => {
    const test = typeof operand === 'string' && Object.hasOwn(TESTS, operand) ? TESTS[operand] : undefined
    if (test === undefined) throw new MatcherError(check(operand)?.message ?? '')
    const expected = `a value of type ${show(operand).replaceAll('"', '')}`
    return (actual, path) => (test(actual) ? [] : [{ path, expected, actual }])
  },
}

function check(operand: unknown): OperandIssue | undefined {
  if (typeof operand === 'string' && Object.hasOwn(TESTS, operand)) return undefined
  const names = Object.keys(TESTS)
  const near = typeof operand === 'string' ? suggest(operand, names) : undefined
  const issue = { code: 'BAD_OPERAND', message: `expected one of ${names.join(', ')}, got ${show(operand)}` }
  return near === undefined ? issue : { ...issue, hint: `did you mean ${near}?` }
}
