import { matcherRef, type Operator } from './operator.ts'
import { joinPath, show } from './show.ts'

export const none: Operator = {
  name: '$none',
  summary: 'A list without any element that matches this; an empty list is one.',
  schema: matcherRef,
  examples: [{ status: { $gte: 500 } }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const element = compile(operand)
    const expected = `no element matching ${show(operand)}`
    return (actual, path) => {
      if (!Array.isArray(actual)) return [{ path, expected: 'a list', actual }]
      const offenders = actual.flatMap((item: unknown, index) =>
        element(item, '').length === 0 ? [{ item, index }] : [],
      )
      return offenders.map(({ item, index }) => ({ path: joinPath(path, index), expected, actual: item }))
    }
  },
}
