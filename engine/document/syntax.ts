import type { YAMLError } from 'yaml'

import type { Survey } from './survey.ts'
import type { Finding } from './tree.ts'

type Explanation = Omit<Finding, 'start' | 'end'>

interface Slip {
  readonly code: YAMLError['code']
  readonly message: string
  readonly start: number
  readonly end: number
  /** What stands before it on its line, and what follows it to the end of the line. */
  readonly before: string
  readonly after: string
}

/** The first complaint of the library in our words. One slip makes several complaints, so the others are left out. */
export function explainSyntax(errors: readonly YAMLError[], text: string, survey: Survey): Finding[] {
  const [first] = [...errors].sort((a, b) => a.pos[0] - b.pos[0])
  if (first === undefined) return []
  if (survey.unclosed !== undefined && first.pos[1] > survey.unclosed)
    return [unclosed(text, survey.unclosed)]
  const [start, end] = first.pos
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const after = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? ''
  const slip = {
    code: first.code,
    message: first.message,
    start,
    end,
    before: text.slice(lineStart, start),
    after,
  }
  return [{ ...placeOf(slip), ...explain(slip) }]
}

/** From the first character that is not blank to the last of what is complained about, within the line. */
function placeOf({ code, start, end, after }: Slip): { start: number; end: number } {
  const shown = after.slice(0, Math.max(1, end - start)).trimEnd()
  if (code === 'TAB_AS_INDENT' || after.trim() === '')
    return { start, end: start + Math.min(1, after.length) }
  const from = start + after.length - after.trimStart().length
  return { start: from, end: Math.max(from + 1, start + shown.length) }
}

function unclosed(text: string, at: number): Finding {
  const opened = text.charAt(at)
  const closing = { '{': '}', '[': ']' }[opened] ?? opened
  const place = { code: 'UNCLOSED', start: at, end: at + 1 }
  return { ...place, message: `${opened} is not closed: expected ${closing} further on` }
}

function explain(slip: Slip): Explanation {
  switch (slip.code) {
    case 'TAB_AS_INDENT':
      return { code: 'TAB_INDENT', message: 'a tab cannot indent: use spaces' }
    case 'BAD_INDENT':
      return badIndent()
    case 'MISSING_CHAR':
      return missing(slip)
    case 'MULTILINE_IMPLICIT_KEY':
      return missingColon(slip)
    case 'BLOCK_AS_IMPLICIT_KEY':
      return nested(slip)
    case 'BLOCK_IN_FLOW':
      return missingComma(slip)
    case 'UNEXPECTED_TOKEN':
      return unexpected(slip)
    case 'BAD_SCALAR_START':
      return unquoted(`text cannot begin with ${slip.after.charAt(0)}`)
    case 'BAD_DQ_ESCAPE':
      return badEscape(slip)
    case 'TAG_RESOLVE_FAILED':
      return unknownTag(slip)
    default:
      return {
        code: 'YAML_SYNTAX',
        message: `this is not YAML: ${slip.message.charAt(0).toLowerCase()}${slip.message.slice(1)}`,
      }
  }
}

function badIndent(): Explanation {
  const hint = 'the keys of one map, and the dashes of one list, begin in one column'
  return { code: 'BAD_INDENT', message: 'this line is indented unlike the lines it belongs to', hint }
}

function missing(slip: Slip): Explanation {
  if (slip.message.includes('without - indicator')) {
    return { ...badIndent(), hint: 'keys of one list item begin in the column of its first key' }
  }
  if (slip.message.includes('Missing ,')) return missingComma(slip)
  return missingColon(slip)
}

function missingColon(slip: Slip): Explanation {
  const word = slip.after.trimEnd()
  const glued = /^([\w$.-]+):\S/.exec(word)?.[1]
  if (glued !== undefined) {
    return { code: 'MISSING_COLON', message: `${glued}: expected a space after the colon` }
  }
  if (/^-\S/.test(word)) return { code: 'MISSING_COLON', message: 'expected a space after the dash' }
  return { code: 'MISSING_COLON', message: `${cut(word)}: expected a colon after the key` }
}

function missingComma({ after }: Slip): Explanation {
  const piece = /^[^,{}[\]]*/.exec(after)?.[0].trim() ?? ''
  const subject = piece === '' ? '' : `${cut(piece)}: `
  return {
    code: 'MISSING_COMMA',
    message: `${subject}expected a comma between two values, or a closing bracket`,
  }
}

/** `a: b: c`, a key indented below a scalar, or a list beside keys. */
function nested(slip: Slip): Explanation {
  if (slip.after.trimStart().startsWith('- ')) return badIndent()
  const line = slip.after.trimEnd()
  if (/:(?:\s|$)/.test(line)) return unquoted(`${cut(line)}: text with a colon and a space needs quotes`)
  return { ...badIndent(), message: `${cut(line)}: the next line is indented below a value that is complete` }
}

function unexpected(slip: Slip): Explanation {
  const char = slip.after.charAt(0)
  if (char === '}' || char === ']') return { code: 'UNOPENED', message: `${char} closes nothing` }
  if (char === '-') return { code: 'BAD_INDENT', message: 'a list begins on the line below its key' }
  if (/["']\s*$/.test(slip.before))
    return unquoted('text goes on after the closing quote', 'put all of it in quotes')
  return { code: 'YAML_SYNTAX', message: `${cut(slip.after.trimEnd())}: not expected here` }
}

function unquoted(message: string, hint = 'put it in quotes'): Explanation {
  return { code: 'UNQUOTED_TEXT', message, hint }
}

function badEscape({ after }: Slip): Explanation {
  const hint = 'write \\\\ for a backslash, or use single quotes'
  return { code: 'BAD_ESCAPE', message: `${after.slice(0, 2)}: no such escape`, hint }
}

function unknownTag(slip: Slip): Explanation {
  const tag = slip.after.slice(0, slip.end - slip.start)
  return {
    code: 'UNKNOWN_TAG',
    message: `${cut(tag)}: no such tag`,
    hint: 'put text that begins with ! in quotes',
  }
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
