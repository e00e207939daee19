import { matcherRef, type Match, type Operator } from './operator.ts'
import { joinPath, show } from './show.ts'

export const any: Operator = {
  name: '$any',
  summary: 'A list with at least one element that matches this.',
  schema: matcherRef,
  examples: [{ name: 'web' }],
  parts: (operand) => [{ path: [], value: operand }],
  compile: (operand, { compile }) => {
    const element = compile(operand)
    const expected = `any element matching ${show(operand)}`
    return (actual, path) => {
      if (!Array.isArray(actual)) return [{ path, expected: 'a list', actual }]
      const closest = closestElement(actual, element)
      if (closest === undefined) return [{ path, expected, actual }]
      if (closest.mismatches.length === 0) return []
      // Of elements that are values themselves none is closer than another.
      if (closest.mismatches.some((mismatch) => mismatch.path === '')) return [{ path, expected, actual }]
      const of = actual.length === 1 ? '' : `, in the closest of ${actual.length} elements`
      return closest.mismatches.map((mismatch) => ({
        path: joinPath(joinPath(path, closest.index), mismatch.path),
        expected: `${mismatch.expected}${of}`,
        actual: mismatch.actual,
      }))
    }
  },
}

/** The element with the fewest differences; undefined when there is none. */
function closestElement(
  items: readonly unknown[],
  element: Match,
): { readonly index: number; readonly mismatches: ReturnType<Match> } | undefined {
  return items
    .map((item, index) => ({ index, mismatches: element(item, '') }))
    .sort((a, b) => a.mismatches.length - b.mismatches.length)[0]
}
