import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { operatorOf, operators } from './index.ts'

/** Something wrong with a matcher, found before anything runs. */
export interface MatcherIssue {
  /** To the value it is about. */
  readonly path: Path
  /** The key it is about, when the place is a key of the map at `path`. */
  readonly key?: string
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** Everything wrong with a matcher as it is written; `${…}` may stand for any value and is not looked into. */
export function checkMatcher(value: unknown, path: Path): readonly MatcherIssue[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => checkMatcher(item, [...path, index]))
  if (!isObject(value)) return []
  const keys = Object.keys(value)
  const marked = keys.filter((key) => key.startsWith('$'))
  if (marked.length === 0) return keys.flatMap((key) => checkMatcher(value[key], [...path, key]))
  return [...checkMixture(keys, path), ...marked.flatMap((key) => checkOperator(key, value[key], path))]
}

function checkMixture(keys: readonly string[], path: Path): MatcherIssue[] {
  const plain = keys.find((key) => !key.startsWith('$'))
  if (plain === undefined) return []
  const message = `${plain}: expected operators alone or keys alone in one map`
  return [{ path, key: plain, code: 'MIXED_MATCHER', message, hint: 'use $all to say both' }]
}

function checkOperator(key: string, operand: unknown, path: Path): readonly MatcherIssue[] {
  const operator = operatorOf(key)
  if (operator === undefined) return [unknownOperator(key, path)]
  const inside = [...path, key]
  const issue = holdsTemplate(operand) ? undefined : operator.check?.(operand)
  if (issue !== undefined) return [{ path: inside, ...issue, message: `${key}: ${issue.message}` }]
  const parts = operator.parts?.(operand) ?? []
  return parts.flatMap((part) => checkMatcher(part.value, [...inside, ...part.path]))
}

function unknownOperator(key: string, path: Path): MatcherIssue {
  const near = suggest(
    key,
    operators.map((operator) => operator.name),
  )
  const issue = { path, key, code: 'UNKNOWN_OPERATOR', message: `${key}: no such operator` }
  return near === undefined ? issue : { ...issue, hint: `did you mean ${near}?` }
}

/** A template at the top of an operand, or in a list or map of it, leaves its shape open. */
function holdsTemplate(operand: unknown): boolean {
  if (typeof operand === 'string') return operand.includes('${')
  if (Array.isArray(operand)) return operand.some(holdsTemplate)
  return isObject(operand) && Object.values(operand).some(holdsTemplate)
}
