import { Broken, type Mismatch } from '../base/failure.ts'
import type { Path } from '../base/span.ts'
import { compileMatcher } from '../matchers/compile.ts'
import { MatcherError } from '../matchers/operator.ts'
import type { StepContext } from './context.ts'

export type Matcher = (actual: unknown) => readonly Mismatch[]

/** What an `$expr` ends with for a candidate that has not (yet) what it reads. */
const LACKING: ReadonlySet<string> = new Set(['NO_SUCH_KEY', 'OUT_OF_RANGE', 'WRONG_TYPES'])

/** Nothing can be said of a candidate: it may be said of a later state of it. */
export class Undecided extends Broken {}

/**
 * A matcher of a step; `at` leads to it from the step's input. A template that gave one of its operators a wrong operand
 * is `broken`: it says nothing of the gateway. Matching throws `Undecided` where an `$expr` cannot be evaluated.
 */
export function matcherOf(
  expected: unknown,
  context: Pick<StepContext, 'evaluate' | 'span'>,
  at: Path = [],
): Matcher {
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof MatcherError)) throw error
      const { message, cause } = error
      throw new Broken({ code: 'BAD_VALUE', message, span: context.span(...at, ...error.at), cause })
    }
  }
  const decide = (text: string, it: unknown): unknown => {
    try {
      return context.evaluate(text, it)
    } catch (error) {
      throw error instanceof Broken && LACKING.has(error.code) ? undecided(text, error) : error
    }
  }
  const match = guarded(() => compileMatcher(expected, { evaluate: decide }))
  return (actual) => guarded(() => match(actual))
}

function undecided(text: string, { details }: Broken): Undecided {
  return new Undecided({ ...details, message: `$expr: ${text}: ${details.message}`, cause: undefined })
}

/** The same mismatches, seen from what holds the value under this key. */
export function under(key: string, mismatches: readonly Mismatch[]): readonly Mismatch[] {
  return mismatches.map((mismatch) => ({
    ...mismatch,
    path: mismatch.path === '' ? key : `${key}.${mismatch.path}`,
  }))
}
