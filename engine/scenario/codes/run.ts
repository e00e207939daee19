import type { CodeHelp } from './code-help.ts'

/** Why a step or a scenario did not pass. */
export const runCodes = {
  NOT_SET: {
    title: 'A name without a value',
    means: 'The step that should have given it did not run.',
    mend: 'Look at the if of that step.',
  },
  NO_SUCH_KEY: {
    title: 'No such member',
    means: 'The value has no such part when the step runs.',
    mend: 'Ask with has(…) first, or look at the value in the report.',
  },
  BAD_RESULT: {
    title: 'A result that cannot be used',
    means: 'The expression gave something that has no form in JSON.',
    mend: 'Convert it with string(…).',
  },
  BAD_TIMESTAMP: {
    title: 'Not a time',
    means: 'The text is no time in the form of RFC 3339.',
    mend: 'Write it like 2025-11-24T12:00:00Z.',
  },
  DIVISION_BY_ZERO: {
    title: 'Division by zero',
    means: 'The right side of / or % is zero.',
    mend: 'Look at the value in the report.',
  },
  FUNCTION_FAILED: {
    title: 'A function failed',
    means: 'The function could not work with its arguments.',
    mend: 'The message says why.',
  },
  EVALUATION: {
    title: 'The expression could not be evaluated',
    means: 'Evaluation ended with an error.',
    mend: 'The message says why.',
  },
} as const satisfies Record<string, CodeHelp>
