import type { Json } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { parseTemplate, type Template } from '../document/template.ts'
import { ExpressionError } from './expression-error.ts'
import type { CelValue } from './types.ts'
import { celMap, fromCel, textOf, toCel } from './values.ts'

export type Evaluate = (expression: string) => CelValue

/** Evaluates every `${…}` in a tree of JSON; `$expr` is left for later. What a template gave is never looked at again. */
export function resolveTree(tree: unknown, evaluate: Evaluate): Json {
  return walkTree(tree, [], {
    scalar: (text, path) => fromWhole(resolveText(text, evaluate, path), text, path),
    other: (value) => value as Json,
    list: (items) => items,
    map: (entries) => Object.fromEntries(entries),
  })
}

/** The same, but in the values that expressions work on: durations stay durations. */
export function resolveCel(tree: unknown, evaluate: Evaluate): CelValue {
  return walkTree<CelValue>(tree, [], {
    scalar: (text, path) => resolveText(text, evaluate, path),
    other: toCel,
    list: (items) => items,
    map: celMap,
  })
}

interface Build<T> {
  readonly scalar: (text: string, path: Path) => T
  readonly other: (value: unknown) => T
  readonly list: (items: readonly T[]) => T
  readonly map: (entries: readonly (readonly [string, T])[]) => T
}

function walkTree<T>(tree: unknown, path: Path, build: Build<T>): T {
  if (typeof tree === 'string') return build.scalar(tree, path)
  if (Array.isArray(tree))
    return build.list(tree.map((item, index) => walkTree(item, [...path, index], build)))
  if (typeof tree !== 'object' || tree === null) return build.other(tree)
  const entries = Object.entries(tree).map(([key, value]) => {
    const kept = key === '$expr' ? build.other(value) : walkTree(value, [...path, key], build)
    return [key, kept] as const
  })
  return build.map(entries)
}

function resolveText(text: string, evaluate: Evaluate, path: Path): CelValue {
  if (!text.includes('${')) return text
  const { parts, whole } = templateOf(text, path)
  const [first] = parts
  if (whole && first !== undefined && 'expression' in first) return evaluateAt(first, evaluate, path)
  return parts.map((part) => ('text' in part ? part.text : inText(part, evaluate, path))).join('')
}

function templateOf(text: string, path: Path): Template {
  const template = parseTemplate(text)
  if ('code' in template) throw new ExpressionError(template, path)
  return template
}

interface Part {
  readonly expression: string
  readonly start: number
  readonly end: number
}

function evaluateAt(part: Part, evaluate: Evaluate, path: Path): CelValue {
  try {
    return evaluate(part.expression)
  } catch (error) {
    throw error instanceof ExpressionError ? error.within(part.start, path) : error
  }
}

function inText(part: Part, evaluate: Evaluate, path: Path): string {
  const value = evaluateAt(part, evaluate, path)
  return converted(() => textOf(value), part, path)
}

function fromWhole(value: CelValue, text: string, path: Path): Json {
  return converted(() => fromCel(value), { start: 0, end: text.length }, path)
}

function converted<T>(convert: () => T, { start, end }: Pick<Part, 'start' | 'end'>, path: Path): T {
  try {
    return convert()
  } catch (error) {
    throw new ExpressionError({ code: 'BAD_RESULT', message: (error as Error).message, start, end }, path)
  }
}
