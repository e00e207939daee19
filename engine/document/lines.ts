import type { Span } from '../base/span.ts'

/** Turns offsets of one text into spans. Columns count UTF-16 units; a byte order mark takes no column. */
export class Lines {
  readonly #file: string
  readonly #text: string
  readonly #starts: readonly number[]

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
    this.#starts = lineStarts(text)
  }

  span(start: number, end: number): Span {
    const from = Math.min(Math.max(start, 0), this.#text.length)
    const to = Math.min(Math.max(end, from), this.#text.length)
    const line = this.line(from)
    const mark = line === 1 && this.#text.startsWith('\ufeff') ? 1 : 0
    const col = Math.max(1, from - (this.#starts[line - 1] ?? 0) + 1 - mark)
    return { file: this.#file, line, col, start: from, end: to }
  }

  /** The number of the line that holds an offset, from 1. */
  line(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  /** Where the line that holds an offset ends, without its line break. */
  lineEnd(offset: number): number {
    const next = this.#starts[this.line(offset)]
    const end = next === undefined ? this.#text.length : next - 1
    return this.#text[end - 1] === '\r' && end > offset ? end - 1 : end
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
