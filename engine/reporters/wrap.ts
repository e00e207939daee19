import { escapeControls, partsOf, widthOfLine, type Line, type Piece, type TonedPiece } from './text.ts'
import { cellsOf, widthOfText } from './width.ts'

const HANG = 2

/**
 * A line as the lines that fit into so many cells: broken at blanks, and in a word only where the word alone is too long.
 * What follows hangs two cells in from where the line began. A command is never broken, so that it can be copied.
 */
export function wrap(line: Line, columns: number): readonly Line[] {
  if (widthOfLine(line) <= columns) return [line]
  const first = leadingBlanks(line)
  const hang = ' '.repeat(Math.min(first + HANG, Math.floor(columns / 2)))
  const lines: Piece[][] = []
  let current: Piece[] = [' '.repeat(first)]
  let used = first
  let blanks = 0
  let begun = false
  const next = (): void => {
    lines.push(current)
    current = [hang]
    used = hang.length
    begun = false
  }
  for (const word of wordsOf(line)) {
    if (word.blanks !== undefined) {
      blanks = word.blanks
      continue
    }
    const gap = begun ? blanks : 0
    if (begun && used + gap + word.width > columns) next()
    else if (gap > 0) current.push(' '.repeat(gap))
    used += begun ? gap : 0
    for (const part of cutToFit(word, columns - used, columns - hang.length)) {
      if (part === 'next line') next()
      else current.push(part)
      if (part !== 'next line') used += widthOfText(part.text)
    }
    begun = true
  }
  return [...lines, current]
}

interface Word {
  /** So many blanks instead of a word. */
  readonly blanks?: number
  readonly parts: readonly TonedPiece[]
  readonly width: number
}

function leadingBlanks(line: Line): number {
  const text = line.map((piece) => partsOf(piece).text).join('')
  return text.length - text.trimStart().length
}

/** What may stand on different lines: runs of blanks, and everything between them, whatever its tones. */
function wordsOf(line: Line): readonly Word[] {
  const words: Word[] = []
  let parts: TonedPiece[] = []
  const end = (): void => {
    if (parts.length > 0) words.push({ parts, width: widthOfLine(parts) })
    parts = []
  }
  for (const piece of line) {
    const whole = partsOf(piece)
    const text = escapeControls(whole.text)
    const pieces = whole.whole === true ? [text] : text.split(/( +)/)
    for (const one of pieces.filter((each) => each !== '')) {
      if (whole.whole === true || one.trim() !== '') parts.push({ ...whole, text: one })
      else {
        end()
        words.push({ blanks: one.length, parts: [], width: one.length })
      }
    }
  }
  end()
  return words
}

/** The word as it is where it fits or must stay whole, else in pieces of whole characters. */
function cutToFit(
  { parts, width }: Word,
  room: number,
  later: number,
): readonly (TonedPiece | 'next line')[] {
  if (width <= room || parts.some(({ whole }) => whole === true)) return parts
  const cut: (TonedPiece | 'next line')[] = []
  let left = room
  for (const { tone, text } of parts) {
    let fits = ''
    for (const cell of cellsOf(text)) {
      if (cell.width > left) {
        cut.push({ tone, text: fits }, 'next line')
        fits = ''
        left = later
      }
      fits += cell.text
      left -= cell.width
    }
    cut.push({ tone, text: fits })
  }
  return cut
}
