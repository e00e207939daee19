import type { Sink } from '../define.ts'
import { renderLines, type Line, type Paint } from '../text.ts'

/** Where finished lines go, one below the other; several blank ones in a row become one, and none is first. */
export interface Screen {
  readonly print: (lines: readonly Line[]) => void
}

/** A screen whose last lines are replaced again and again; they must be narrower than the terminal. */
export interface LiveScreen extends Screen {
  /** The lines below all finished ones, from now on. */
  readonly footer: (lines: readonly Line[]) => void
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

export function createLiveScreen(sink: Pick<Sink, 'write'>, paint: Paint): LiveScreen {
  let shown: readonly Line[] = []
  // One write for each change, so that nobody sees the footer gone.
  const replace = (finished: string, footer: readonly Line[]): void => {
    const erase = shown.length === 0 ? '' : `\r\u001b[${shown.length}A\u001b[0J`
    shown = footer
    sink.write(`${erase}${finished}${renderLines(footer, paint)}`)
  }
  const { print } = createScreen({ write: (text) => replace(text, shown) }, paint)
  return { print, footer: (lines) => replace('', lines) }
}
