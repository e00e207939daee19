import { checkFlag, flagOf, flagSchema } from './flag.ts'
import type { Operator } from './operator.ts'

/** A field that is null is there. */
export const absent: Operator = {
  name: '$absent',
  summary: 'With true a field that is not there; with false one that is, whatever its value.',
  schema: flagSchema,
  examples: [true],
  check: checkFlag,
  compile: (operand) => {
    const wanted = flagOf(operand)
    const expected = wanted ? 'absent' : 'present'
    return (actual, path) => ((actual === undefined) === wanted ? [] : [{ path, expected, actual }])
  },
}
