import { checkFlag, flagOf, flagSchema } from './flag.ts'
import type { Operator } from './operator.ts'
import { sizeOf } from './size.ts'

/** What has no size, such as a number or an absent field, is neither empty nor not. */
export const empty: Operator = {
  name: '$empty',
  summary: 'With true an empty text, list or map; with false one that holds something.',
  schema: flagSchema,
  examples: [true, false],
  check: checkFlag,
  compile: (operand) => {
    const wanted = flagOf(operand)
    const expected = wanted ? 'empty' : 'not empty'
    return (actual, path) => {
      const size = sizeOf(actual)
      return size !== undefined && (size === 0) === wanted ? [] : [{ path, expected, actual }]
    }
  },
}
