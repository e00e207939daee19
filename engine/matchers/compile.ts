import type { Mismatch } from '../base/failure.ts'
import { isObject } from '../base/json.ts'
import { deepEqual } from './equality.ts'
import { operatorOf } from './index.ts'
import { MatcherError, type Compiler, type Match } from './operator.ts'
import { joinPath, show, showExpected } from './show.ts'

export interface MatcherOptions {
  /** For `$expr`: the value of an expression for one candidate; what it throws goes through. */
  readonly evaluate?: (text: string, it: unknown) => unknown
}

/**
 * Makes a matcher of what a scenario expects, once; `expected` is JSON with its templates resolved (`$expr` aside).
 * The matcher gives every field that is not as expected, never only the first; paths begin at the value it is given.
 * Throws MatcherError when a template gave an operator the wrong operand.
 */
export function compileMatcher(
  expected: unknown,
  options: MatcherOptions = {},
): (actual: unknown) => readonly Mismatch[] {
  const compiler: Compiler = {
    compile: (part) => compileAny(part, compiler),
    evaluate: options.evaluate ?? refuseExpressions,
  }
  const match = compiler.compile(expected)
  return (actual) => match(actual, '')
}

function refuseExpressions(): never {
  throw new MatcherError('$expr cannot be used here')
}

function compileAny(expected: unknown, compiler: Compiler): Match {
  if (Array.isArray(expected))
    return matchSequence(expected.map((part, index) => below(index, () => compiler.compile(part))))
  if (!isObject(expected)) return matchScalar(expected)
  const keys = Object.keys(expected)
  if (!keys.some((key) => key.startsWith('$'))) return matchSubset(expected, compiler)
  const matches = keys.map((key) => compileOperator(key, expected[key], compiler))
  return (actual, path) => matches.flatMap((match) => match(actual, path))
}

function compileOperator(key: string, operand: unknown, compiler: Compiler): Match {
  const operator = operatorOf(key)
  if (operator === undefined) throw new MatcherError(`${key}: no such operator`)
  return below(key, () => named(key, () => operator.compile(operand, compiler)))
}

/** Adds to what is thrown where it is. */
function below<T>(key: string | number, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw error instanceof MatcherError ? error.below(key) : error
  }
}

/** Adds to what an operator says of its own operand which operator that is. */
function named<T>(key: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof MatcherError) || error.at.length > 0 || error.message.startsWith('$')) throw error
    throw new MatcherError(`${key}: ${error.message}`, { cause: error.cause })
  }
}

function matchScalar(scalar: unknown): Match {
  const expected = showExpected(scalar)
  return (actual, path) => (deepEqual(actual, scalar) ? [] : [{ path, expected, actual }])
}

/** A map may hold more than is expected. An absent map is one without members, so that `$absent` below it holds. */
function matchSubset(expected: Readonly<Record<string, unknown>>, { compile }: Compiler): Match {
  const members = Object.entries(expected).map(([key, value]) => ({
    key,
    match: below(key, () => compile(value)),
  }))
  const phrase = show(expected)
  return (actual, path) => {
    if (actual === undefined) {
      const holds = members.length > 0 && members.every(({ match }) => match(undefined, '').length === 0)
      return holds ? [] : [{ path, expected: phrase, actual }]
    }
    if (!isObject(actual)) return [{ path, expected: phrase, actual }]
    return members.flatMap(({ key, match }) => {
      const member = Object.hasOwn(actual, key) ? actual[key] : undefined
      return match(member, joinPath(path, key))
    })
  }
}

function matchSequence(elements: readonly Match[]): Match {
  const count = elements.length === 1 ? '1 element' : `${elements.length} elements`
  return (actual, path) => {
    if (!Array.isArray(actual)) return [{ path, expected: `a list of ${count}`, actual }]
    const items = actual as readonly unknown[]
    const different = elements.flatMap((match, index) =>
      index < items.length ? match(items[index], joinPath(path, index)) : [],
    )
    return items.length === elements.length ? different : [{ path, expected: count, actual }, ...different]
  }
}
