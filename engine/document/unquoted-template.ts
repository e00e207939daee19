import { scenarioLimits } from './limits.ts'
import { findExpressionEnd } from './template-end.ts'
import { survey, type PlainScalar, type Survey } from './survey.ts'

/** A `${…}` that YAML would tear apart because it stands without quotes. `text` is what belongs in its place. */
export interface UnquotedTemplate {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** More of them in one file add nothing to the picture. */
const AT_MOST = 20

/** An expression is shorter than this. */
const LONGEST_LINE = 5000

/**
 * Finds unquoted templates, and gives the text with each replaced by a quoted scalar of the same length, so that the
 * rest of the file can be read and reported with positions that are still right.
 */
export function findUnquoted(text: string, first: Survey): { found: UnquotedTemplate[]; masked: string } {
  const found: UnquotedTemplate[] = []
  let masked = text
  let seen = first
  while (found.length < AT_MOST) {
    const more = nextUnquoted(masked, seen.plain, found.at(-1)?.end ?? 0).slice(0, AT_MOST - found.length)
    if (more.length === 0) break
    found.push(...more)
    masked = more.reduce(mask, masked)
    seen = survey(masked, scenarioLimits)
  }
  return { found, masked }
}

function mask(text: string, { start, end }: UnquotedTemplate): string {
  return `${text.slice(0, start)}"${'x'.repeat(end - start - 2)}"${text.slice(end)}`
}

/** All up to the first whose quotes or brackets may have misled the lexer about what follows. */
function nextUnquoted(text: string, scalars: readonly PlainScalar[], from: number): UnquotedTemplate[] {
  const found: UnquotedTemplate[] = []
  let done = from
  for (const scalar of scalars) {
    if (scalar.start < done) continue
    const end = scalar.inFlow ? flowEnd(text, scalar) : blockEnd(text, scalar)
    if (end === undefined) continue
    const source = text.slice(scalar.start, end)
    found.push({ start: scalar.start, end, text: quote(source) })
    if (/['"[\],#\\]/.test(source)) break
    done = end
  }
  return found
}

/** In `{ }` and `[ ]` the `{` of a template ends the scalar before it: the scalar is `$` or `pod-$`. */
function flowEnd(text: string, scalar: PlainScalar): number | undefined {
  if (text[scalar.end - 1] !== '$' || text[scalar.end] !== '{') return undefined
  return valueEnd(text, scalar.end + 1, /[,\]}\r\n]| #|: /)
}

/** In block style ` #` or `: ` inside the template ends the scalar too early; then both stand on one line. */
function blockEnd(text: string, scalar: PlainScalar): number | undefined {
  const opening = text.slice(scalar.start, scalar.end).lastIndexOf('${')
  if (opening === -1) return undefined
  const start = scalar.start + opening + 2
  const line = /^[^\r\n]*/.exec(text.slice(start, start + LONGEST_LINE))?.[0] ?? ''
  const found = findExpressionEnd(line, 0)
  const torn = 'end' in found && start + found.end >= scalar.end
  return torn ? valueEnd(text, start, /[\r\n]| #/) : undefined
}

/** Follows a value from inside its first template to where it ends; undefined when a template does not close. */
function valueEnd(text: string, start: number, stop: RegExp): number | undefined {
  let at = start
  for (;;) {
    const found = findExpressionEnd(text, at)
    if ('code' in found) return undefined
    const rest = text.slice(found.end + 1)
    const stopAt = rest.search(stop)
    const tail = stopAt === -1 ? rest : rest.slice(0, stopAt)
    const next = tail.indexOf('${')
    if (next === -1) return found.end + 1 + tail.trimEnd().length
    at = found.end + 1 + next + 2
  }
}

function quote(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
