import {
  MatcherError,
  matcherRef,
  orTemplate,
  type Match,
  type OperandIssue,
  type Operator,
} from './operator.ts'
import { joinPath, show } from './show.ts'

export const only: Operator = {
  name: '$only',
  summary: 'A list of exactly these elements, in any order.',
  schema: orTemplate('array', { items: matcherRef }),
  examples: [['web-0', 'web-1']],
  parts: (operand) =>
    Array.isArray(operand) ? operand.map((value: unknown, index) => ({ path: [index], value })) : [],
  check,
  compile: (operand, { compile }) => {
    const issue = check(operand)
    if (issue !== undefined) throw new MatcherError(issue.message)
    const wanted = (operand as readonly unknown[]).map((value) => ({ value, match: compile(value) }))
    return (actual, path) => {
      if (!Array.isArray(actual)) return [{ path, expected: 'a list', actual }]
      const partners = pairUp(
        actual,
        wanted.map(({ match }) => match),
      )
      const taken = new Set(partners)
      const missing = wanted.filter((_, index) => partners[index] === undefined)
      const extra = actual.flatMap((item: unknown, index) => (taken.has(index) ? [] : [{ item, index }]))
      return [
        ...missing.map(({ value }) => ({
          path,
          expected: `an element ${show(value)}`,
          actual: actual as unknown,
        })),
        ...extra.map(({ item, index }) => ({
          path: joinPath(path, index),
          expected: 'no further element',
          actual: item,
        })),
      ]
    }
  },
}

function check(operand: unknown): OperandIssue | undefined {
  if (Array.isArray(operand)) return undefined
  return { code: 'BAD_OPERAND', message: `expected a list, got ${show(operand)}` }
}

/**
 * For each matcher the index of the element it is paired with, as many pairs as possible: one element may meet
 * several matchers, so pairs made earlier are moved when that helps (augmenting paths).
 */
function pairUp(items: readonly unknown[], matches: readonly Match[]): readonly (number | undefined)[] {
  const fits = matches.map((match) => items.map((item) => match(item, '').length === 0))
  const partner: (number | undefined)[] = matches.map(() => undefined)
  const owner = new Map<number, number>()
  const place = (matcher: number, tried: Set<number>): boolean => {
    for (const item of items.keys()) {
      if (fits[matcher]?.[item] !== true || tried.has(item)) continue
      tried.add(item)
      const current = owner.get(item)
      if (current !== undefined && !place(current, tried)) continue
      owner.set(item, matcher)
      partner[matcher] = item
      return true
    }
    return false
  }
  for (const matcher of matches.keys()) place(matcher, new Set())
  return partner
}
