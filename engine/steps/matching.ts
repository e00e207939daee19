import { Broken, type Mismatch } from '../base/failure.ts'
import { compileMatcher } from '../matchers/compile.ts'
import { MatcherError } from '../matchers/operator.ts'
import type { StepContext } from './context.ts'

/** A matcher of a step. A template that gave one of its operators a wrong operand is `broken`: it says nothing of the gateway. */
export function matcherOf(
  expected: unknown,
  { evaluate, span }: Pick<StepContext, 'evaluate' | 'span'>,
): (actual: unknown) => readonly Mismatch[] {
  try {
    return compileMatcher(expected, { evaluate })
  } catch (cause) {
    if (!(cause instanceof MatcherError)) throw cause
    throw new Broken({ code: 'BAD_VALUE', message: cause.message, span: span(), cause })
  }
}

/** The same mismatches, seen from what holds the value under this key. */
export function under(key: string, mismatches: readonly Mismatch[]): readonly Mismatch[] {
  return mismatches.map((mismatch) => ({
    ...mismatch,
    path: mismatch.path === '' ? key : `${key}.${mismatch.path}`,
  }))
}
