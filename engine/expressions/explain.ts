import { ExpressionError } from './expression-error.ts'
import type { ExpressionIssue } from './types.ts'
import { wordsFor } from './words.ts'

/** The shape that the library's three kinds of errors share. */
interface CelError {
  readonly code: string
  readonly summary: string
  readonly range?: { readonly start: number; readonly end: number }
}

const CODES: Readonly<Record<string, string>> = {
  unknown_variable: 'NOT_SET',
  no_such_key: 'NO_SUCH_KEY',
  no_such_overload: 'WRONG_TYPES',
  no_matching_overload: 'WRONG_ARGUMENTS',
  invalid_logical_operand: 'WRONG_TYPES',
  invalid_condition_type: 'WRONG_TYPES',
  incompatible_ternary_branches: 'WRONG_TYPES',
  cannot_index_type: 'WRONG_TYPES',
  invalid_index_type: 'WRONG_TYPES',
  unterminated_string: 'UNCLOSED_STRING',
  unterminated_triple_quoted_string: 'UNCLOSED_STRING',
  newline_in_string: 'UNCLOSED_STRING',
  invalid_macro_argument: 'WRONG_ARGUMENTS',
  invalid_escape_sequence: 'SYNTAX',
  reserved_identifier: 'RESERVED_NAME',
  limit_exceeded: 'TOO_DEEP',
  division_by_zero: 'DIVISION_BY_ZERO',
  modulo_by_zero: 'DIVISION_BY_ZERO',
  numeric_overflow: 'OUT_OF_RANGE',
  index_out_of_range: 'OUT_OF_RANGE',
  list_too_long: 'TOO_NESTED',
  index_out_of_bounds: 'OUT_OF_RANGE',
  int_conversion_error: 'BAD_VALUE',
  uint_conversion_error: 'BAD_VALUE',
  double_conversion_error: 'BAD_VALUE',
  bool_conversion_error: 'BAD_VALUE',
  function_failed: 'FUNCTION_FAILED',
}

/** Whatever the library threw or returned, as an issue in our words with its place in the expression. */
export function explainCel(error: unknown, text: string): ExpressionIssue {
  if (error instanceof RangeError) {
    return { code: 'TOO_DEEP', start: 0, end: text.length, message: 'the expression is nested too deep' }
  }
  if (!isCelError(error)) {
    const message = error instanceof Error ? error.message : String(error)
    return { code: 'EVALUATION', start: 0, end: text.length, message }
  }
  const { start, end } = placeOf(error, text)
  const code = CODES[error.code] ?? (error.code.startsWith('invalid_') ? 'BAD_VALUE' : 'SYNTAX')
  return { code, start, end, ...wordsFor(error.code, error.summary, text.slice(start, end)) }
}

/** Throws what evaluation ended with as an ExpressionError. */
export function throwExplained(error: unknown, text: string): never {
  throw error instanceof ExpressionError ? error : new ExpressionError(explainCel(error, text))
}

function placeOf({ range }: CelError, text: string): { start: number; end: number } {
  const start = Math.min(range?.start ?? 0, Math.max(0, text.length - 1))
  return { start, end: Math.min(text.length, Math.max(range?.end ?? text.length, start + 1)) }
}

function isCelError(error: unknown): error is CelError {
  return error instanceof Error && 'summary' in error && 'code' in error && typeof error.code === 'string'
}
