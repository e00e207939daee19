import type { Span } from '../base/span.ts'
import { escapeControls, toned, type Line } from './text.ts'
import { cellsOf, widthOfText, type Cell } from './width.ts'

export interface FrameOptions {
  /** Undefined shows the place alone. */
  readonly source: string | undefined
  readonly span: Span
  /** Cells for the whole frame. */
  readonly columns?: number
  /** What stands where a line was cut. */
  readonly ellipsis?: string
}

const CONTEXT = 2
const TAB_STOP = 4
const LEAST_ROOM = 20

/** The place, the line with two lines around it, and carets under the span (its first line, when it has several). */
export function codeFrame({ source, span, columns = 100, ellipsis = '…' }: FrameOptions): readonly Line[] {
  const place = `${span.file}:${span.line}:${span.col}`
  const lines = source === undefined ? [] : linesOf(source)
  const marked = lines[span.line - 1]
  if (marked === undefined) return [[toned('accent', '--> '), place]]

  const first = Math.max(1, span.line - CONTEXT)
  const last = Math.min(lines.length, span.line + CONTEXT)
  const digits = String(last).length
  const carets = caretsUnder(marked, span)
  const room = Math.max(LEAST_ROOM, columns - digits - 3)
  const cut: Cut = { from: firstCell(carets, room), room, ellipsis }

  const gutter = (label: string): Line => [toned('accent', `${label.padStart(digits)} |`)]
  const frame: Line[] = [[toned('accent', `${' '.repeat(digits)}--> `), place], gutter('')]
  for (let number = first; number <= last; number += 1) {
    const text = cutLine(displayCells(lines[number - 1] ?? ''), cut)
    frame.push(text === '' ? gutter(String(number)) : [...gutter(String(number)), ` ${text}`])
    if (number === span.line) frame.push([...gutter(''), ' ', toned('bad', caretLine(carets, cut))])
  }
  return frame
}

function linesOf(source: string): readonly string[] {
  const lines = source.split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** In cells of the line as it is displayed. */
interface Carets {
  readonly start: number
  readonly width: number
}

function caretsUnder(line: string, span: Span): Carets {
  const from = Math.min(span.col - 1, line.length)
  const to = Math.min(from + span.end - span.start, line.trimEnd().length)
  const before = displayCells(line).filter((cell) => cell.offset < from)
  const under = displayCells(line).filter((cell) => cell.offset >= from && cell.offset < to)
  return { start: total(before), width: Math.max(1, total(under)) }
}

function total(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}

/** The line as it can be shown: tabs as blanks up to the next stop, controls escaped. */
function displayCells(line: string): readonly Cell[] {
  let column = 0
  return cellsOf(line).map((cell) => {
    const text = cell.text === '\t' ? ' '.repeat(TAB_STOP - (column % TAB_STOP)) : escapeControls(cell.text)
    const width = text === cell.text ? cell.width : widthOfText(text)
    column += width
    return { text, width, offset: cell.offset }
  })
}

/** Which part of all lines of a frame is shown, in cells. */
interface Cut {
  readonly from: number
  readonly room: number
  readonly ellipsis: string
}

/** Nought while the carets are in sight, else so that a third of the room is before them. */
function firstCell({ start, width }: Carets, room: number): number {
  const inSight = start + Math.min(width, Math.floor(room / 2)) < room
  return inSight ? 0 : start - Math.floor(room / 3)
}

function cutLine(cells: readonly Cell[], { from, room, ellipsis }: Cut): string {
  const whole = total(cells)
  if (whole <= from) return ''
  const left = from > 0 ? ellipsis : ''
  const right = whole > from + room ? ellipsis : ''
  const start = from + left.length
  const end = from + room - right.length
  let column = 0
  let shown = ''
  for (const cell of cells) {
    const fits = column >= start && column + cell.width <= end
    // Half of a wide character at the edge is a blank, so that the rest stays in its columns.
    const half = !fits && column < start && column + cell.width > start
    if (fits) shown += cell.text
    else if (half) shown += ' '.repeat(column + cell.width - start)
    column += cell.width
  }
  return `${left}${shown}${right}`.trimEnd()
}

function caretLine({ start, width }: Carets, { from, room }: Cut): string {
  const before = start - from
  return `${' '.repeat(before)}${'^'.repeat(Math.min(width, room - before))}`
}
