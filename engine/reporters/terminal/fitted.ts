import { plural } from '../problems.ts'
import { toned, type Line } from '../text.ts'
import { wrap } from '../wrap.ts'

/** Lines that belong together. */
export interface Section {
  readonly lines: readonly Line[]
  /** The one with the lowest rank is shortened first. */
  readonly rank: number
  /** So many of its first lines stay. */
  readonly least: number
  /** Follows the section before it without a blank line. */
  readonly joined?: true
}

export interface Fitting {
  readonly columns: number
  /** Absent where there is no screen. */
  readonly rows?: number
  /** The file that has the rest. */
  readonly story?: string | undefined
}

/** Beside the sections: the line of the scenario, the command and the blank line below it, a footer of one line. */
const AROUND = 4
const NOTE = 1
const INDENT = 2

/** The sections as far as they fit on a screen, with a blank line between them, and where the rest can be read. */
export function fitted(sections: readonly Section[], fitting: Fitting): readonly (readonly Line[])[] {
  const { columns, rows = Infinity, story } = fitting
  const shown = sections.map(({ lines }) => [...lines])
  const room = Math.max(1, columns - INDENT)
  const heightOf = (lines: readonly Line[]): number =>
    lines.reduce((sum, line) => sum + wrap(line, room).length, 0)
  const total = (): number => joined(sections, shown).reduce((sum, lines) => sum + heightOf(lines) + 1, 0)
  let gone = 0
  const ranked = sections.map(({ rank, least }, index) => ({ rank, least, lines: shown[index] ?? [] }))
  for (const { lines, least } of ranked.sort((a, b) => a.rank - b.rank)) {
    while (lines.length > least && total() + (gone > 0 ? NOTE : 0) > rows - AROUND) {
      lines.pop()
      gone += 1
    }
  }
  const where = story === undefined ? '' : ` in ${story}`
  const rest: Line = [toned('dim', `(${plural(gone, 'more line')}${where})`)]
  const all = joined(sections, shown)
  return gone === 0 ? all : [...all.slice(0, -1), [...(all.at(-1) ?? []), rest]]
}

function joined(
  sections: readonly Section[],
  shown: readonly (readonly Line[])[],
): readonly (readonly Line[])[] {
  const all: Line[][] = []
  for (const [index, section] of sections.entries()) {
    const lines = shown[index] ?? []
    const before = all.at(-1)
    if (section.joined === true && before !== undefined) before.push(...lines)
    else if (lines.length > 0) all.push([...lines])
  }
  return all
}
