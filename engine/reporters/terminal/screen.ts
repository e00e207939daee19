import type { Sink } from '../define.ts'
import { renderLines, type Line, type Paint } from '../text.ts'
import { wrap } from '../wrap.ts'

/** Where finished lines go, one below the other; several blank ones in a row become one, and none is first. */
export interface Screen {
  readonly print: (lines: readonly Line[]) => void
}

/** A screen whose last lines are replaced again and again. */
export interface LiveScreen extends Screen {
  /** Shows what was printed since, and these lines below all of it. Writes nothing when nothing changed. */
  readonly frame: (footer: readonly Line[]) => void
  /** Shows what was printed since, and takes the footer away until the next frame. */
  readonly clear: () => void
}

export function createScreen(sink: Pick<Sink, 'write'>, paint: Paint): Screen {
  let blank = true
  const print = (lines: readonly Line[]): void => {
    const shown: Line[] = []
    for (const line of lines) {
      if (line.length > 0 || !blank) shown.push(line)
      blank = line.length === 0
    }
    if (shown.length > 0) sink.write(renderLines(shown, paint))
  }
  return { print }
}

const ESCAPE = '\u001b['
const HIDE_CURSOR = `${ESCAPE}?25l`
export const SHOW_CURSOR = `${ESCAPE}?25h`
const ERASE_BELOW = `\r${ESCAPE}0J`
const NO_WRAP = `${ESCAPE}?7l`
const WRAP = `${ESCAPE}?7h`

/**
 * The cursor rests hidden at the first line of the footer. So whatever the terminal makes of the lines when it gets
 * another size, the footer is what lies below the cursor, and can be erased without knowing how many lines it has become.
 * Lines of the footer are cut by the terminal, should they be wider than we believe; finished lines are broken at blanks.
 */
export function createLiveScreen(sink: Pick<Sink, 'write' | 'columns'>, paint: Paint): LiveScreen {
  let waiting = ''
  let footer = ''
  const plain = createScreen({ write: (text) => void (waiting += text) }, paint)
  const show = (text: string, height: number): void => {
    if (waiting === '' && text === footer) return
    const began = footer === '' ? '' : ERASE_BELOW
    const up = height > 1 ? `${ESCAPE}${height - 1}A` : ''
    const below = text === '' ? SHOW_CURSOR : `${HIDE_CURSOR}${NO_WRAP}${text}${WRAP}\r${up}`
    const cursor = text === '' && footer === '' ? '' : below
    sink.write(`${began}${waiting}${cursor}`)
    waiting = ''
    footer = text
  }
  return {
    print: (lines) => plain.print(lines.flatMap((line) => wrap(line, sink.columns ?? Infinity))),
    frame: (lines) => show(renderLines(lines, paint).slice(0, -1), lines.length),
    clear: () => show('', 0),
  }
}
