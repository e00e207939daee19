import type { Operator } from './operator.ts'
import { matcherRef } from './operator.ts'
import { sizeOf } from './size.ts'

/** The size itself is matched, so `$length: { $gte: 2 }` works. */
export const length: Operator = {
  name: '$length',
  summary: 'A text, list or map of this many characters, elements or keys.',
  schema: matcherRef,
  examples: [4, { $gte: 2 }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const size = compile(operand)
    return (actual, path) => {
      const found = sizeOf(actual)
      if (found === undefined) return [{ path, expected: 'a text, a list or a map', actual }]
      const differs = size(found, '')
      return differs.map(({ expected }) => ({ path, expected: `length ${expected}`, actual: found }))
    }
  },
}
