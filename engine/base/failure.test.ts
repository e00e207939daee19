import { expect, test } from 'vitest'
import { Broken, Cancelled, Failed, describeError, toFailure } from './failure.ts'
import type { Span } from './span.ts'

const span: Span = { file: 'a.yaml', line: 2, col: 3, start: 4, end: 5 }
const other: Span = { ...span, line: 9 }

test('what was thrown on purpose keeps its outcome, code and details', () => {
  const details = { code: 'X', message: 'it differs', notes: ['one'], mismatches: [] }
  expect(toFailure(new Failed(details))).toEqual({ outcome: 'failed', ...details })
  expect(toFailure(new Broken({ code: 'X', message: 'm' }))).toEqual({
    outcome: 'broken',
    code: 'X',
    message: 'm',
  })
  expect(toFailure(new Cancelled({ code: 'X', message: 'm' }))).toMatchObject({ outcome: 'cancelled' })
})

test('its own place wins over the one around it', () => {
  expect(toFailure(new Failed({ code: 'X', message: 'm', span }), other).span).toBe(span)
  expect(toFailure(new Failed({ code: 'X', message: 'm' }), other).span).toBe(other)
})

test('an unknown error is broken, and keeps its stack', () => {
  const failure = toFailure(new TypeError('x is not a function'), span)
  expect(failure).toMatchObject({
    outcome: 'broken',
    code: 'UNEXPECTED',
    message: 'unexpected error: x is not a function',
    span,
  })
  expect(failure.cause).toContain('failure.test.ts')
  expect(toFailure('a text')).toEqual({
    outcome: 'broken',
    code: 'UNEXPECTED',
    message: 'unexpected error: a text',
  })
})

test('a failure is plain data', () => {
  const failure = toFailure(new Broken({ code: 'X', message: 'm', cause: new Error('below') }))
  expect(structuredClone(failure)).toEqual(JSON.parse(JSON.stringify(failure)))
  expect(failure.cause).toBe('below')
})

test('an error is told in one line, with its code where it is not said, first cause last', () => {
  const root = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' })
  const middle = new Error('no forward', { cause: root })
  expect(describeError(new Error('no gateway', { cause: middle }))).toBe(
    'no gateway: no forward: connect failed (ECONNREFUSED)',
  )
  const said = Object.assign(new Error('ECONNREFUSED at 1'), { code: 'ECONNREFUSED' })
  expect(describeError(said)).toBe('ECONNREFUSED at 1')
  expect(describeError(Object.assign(new Error('m'), { code: 7 }))).toBe('m')
  expect(describeError('text')).toBe('text')
})
