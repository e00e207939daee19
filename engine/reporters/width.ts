/** One character as people see it, and how many cells of a terminal it takes. */
export interface Cell {
  readonly text: string
  readonly width: number
  /** In the text it comes from, in UTF-16 units. */
  readonly offset: number
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export function cellsOf(text: string): readonly Cell[] {
  return Array.from(segmenter.segment(text), ({ segment, index }) => ({
    text: segment,
    width: widthOf(segment),
    offset: index,
  }))
}

export function widthOfText(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return cellsOf(text).reduce((sum, cell) => sum + cell.width, 0)
}

/** Blocks of East Asian wide and full-width characters. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
]

function widthOf(grapheme: string): number {
  if (/^[\x20-\x7e]$/.test(grapheme)) return 1
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2
  if (/^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u.test(grapheme)) return 0
  const code = grapheme.codePointAt(0) ?? 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}
