import type { Span } from '../../../base/span.ts'

/** Lines of a file; `first` counts from 1. */
export interface Excerpt {
  readonly first: number
  readonly lines: readonly string[]
}

const MOST_LINES = 60

/** The whole element of the list of steps in which a verb stands. */
export function stepExcerpt(text: string, { line, col }: Pick<Span, 'line' | 'col'>): Excerpt {
  const lines = text.split(/\r?\n/)
  const dash = lineOfDash(lines, line - 1, col - 1)
  const indent = indentOf(lines[dash] ?? '')
  const after = lines.findIndex(
    (each, index) => index > dash && each.trim() !== '' && indentOf(each) <= indent,
  )
  const end = Math.min(after === -1 ? lines.length : after, dash + MOST_LINES)
  const own = lines.slice(dash, Math.max(end, line))
  while (own.length > 1 && (own.at(-1) ?? '').trim() === '') own.pop()
  return { first: dash + 1, lines: own }
}

/** Some lines before and behind a place. */
export function excerptAround(text: string, { line }: Pick<Span, 'line'>, context = 2): Excerpt {
  const first = Math.max(0, line - 1 - context)
  return { first: first + 1, lines: text.split(/\r?\n/).slice(first, line + context) }
}

function lineOfDash(lines: readonly string[], from: number, col: number): number {
  for (let index = from; index >= 0; index -= 1) {
    const line = lines[index] ?? ''
    if (line.trimStart().startsWith('-') && indentOf(line) < Math.max(col, 1)) return index
  }
  return Math.max(from, 0)
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
