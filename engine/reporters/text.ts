import { cellsOf, widthOfText } from './width.ts'

/** What a piece of text means; the terminal decides how that looks. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'accent'

export type Piece = string | TonedPiece

export interface TonedPiece {
  readonly tone: Tone
  readonly text: string
  /** Never broken over two lines: a command to be copied. */
  readonly whole?: true
}

/** One line of output, not yet escaped and not yet painted. */
export type Line = readonly Piece[]

export type Paint = Readonly<Record<Tone, (text: string) => string>>

const asItIs = (text: string): string => text
export const plainPaint: Paint = {
  plain: asItIs,
  strong: asItIs,
  dim: asItIs,
  good: asItIs,
  bad: asItIs,
  warn: asItIs,
  accent: asItIs,
}

export function toned(tone: Tone, text: string): Piece {
  return { tone, text }
}

/** A line to paste into a shell. */
export function command(text: string): Piece {
  return { tone: 'strong', text, whole: true }
}

export function indent(lines: readonly Line[], by: string): readonly Line[] {
  return lines.map((line) => (line.length === 0 ? line : [by, ...line]))
}

/** As much of a line as fits into so many cells. */
export function clip(line: Line, columns: number, ellipsis: string): Line {
  if (widthOfLine(line) <= columns) return line
  const whole = line.flatMap((piece) => {
    const { tone, text } = partsOf(piece)
    return cellsOf(escapeControls(text)).map((cell) => ({ tone, ...cell }))
  })
  const kept: Piece[] = []
  let room = columns - ellipsis.length
  for (const { tone, text, width } of whole) {
    room -= width
    if (room < 0) break
    kept.push({ tone, text })
  }
  return [...kept, ellipsis]
}

/** The only way from lines to text, so that nothing a gateway said reaches a terminal or a CI log unescaped. */
export function renderLines(lines: readonly Line[], paint: Paint = plainPaint): string {
  return lines.map((line) => `${renderLine(line, paint)}\n`).join('')
}

function renderLine(line: Line, paint: Paint): string {
  let begun = false
  return line
    .map((piece) => {
      const { tone, text } = partsOf(piece)
      const shown = disarm(escapeControls(text), begun)
      begun ||= shown.trim() !== ''
      return shown === '' ? '' : paint[tone](shown)
    })
    .join('')
}

export function widthOfLine(line: Line): number {
  return line.reduce((sum, piece) => sum + widthOfText(escapeControls(partsOf(piece).text)), 0)
}

export function partsOf(piece: Piece): TonedPiece {
  return typeof piece === 'string' ? { tone: 'plain', text: piece } : piece
}

/**
 * Controls (C0, DEL, C1), invisible format characters such as marks of writing direction (but not the joiner inside
 * emoji), line and paragraph separators, and lone surrogates.
 */
const CONTROLS = /\p{Cc}|(?!\u200d)\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/gu

/** Shows what a terminal would obey or hide: `\x1b`, `\n`, `\u202e`. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (character) => SHORT[character] ?? numbered(character.codePointAt(0) ?? 0))
}

function numbered(code: number): string {
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** CI runners obey lines that begin with `::`, after any blanks, and `##[` anywhere. */
function disarm(text: string, begun: boolean): string {
  const inside = text.replaceAll('##[', '#\\x23[')
  return begun ? inside : inside.replace(/^(\s*)::/, '$1\\x3a:')
}
