import { cellsOf } from '../width.ts'

const ESCAPE = '\u001b'
const PARTS = new RegExp(`(\n|\r|${ESCAPE}\\[[?\\d]*[A-Za-z])`)

/**
 * A terminal that knows what a footer needs: line feed, return, cursor up, erase below, margins and the cursor. Each line
 * is a list of cells, a wide character being one text and one empty cell.
 */
export class FakeTerminal {
  columns: number
  /** Every single write. */
  readonly writes: string[] = []
  cursor = true
  #rows: string[][] = [[]]
  #row = 0
  #column = 0
  #wraps = true
  readonly #listeners = new Set<() => void>()

  constructor(columns: number) {
    this.columns = columns
  }

  write(text: string): void {
    this.writes.push(text)
    for (const part of text.split(PARTS)) this.#take(part)
  }

  /** The lines there are, also those that would have left the screen, without blanks at their ends. */
  text(): string {
    return this.#rows.map((cells) => cells.join('').trimEnd()).join('\n')
  }

  /** Where the cursor is. */
  get row(): number {
    return this.#row
  }

  onResize(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Takes another width; lines that are too long now are broken, and the cursor stays at its character. */
  resize(columns: number): void {
    this.columns = columns
    const before = this.#rows
    this.#rows = []
    let row = 0
    for (const [index, cells] of before.entries()) {
      if (index === this.#row) row = this.#rows.length
      for (let at = 0; at === 0 || at < cells.length; at += columns)
        this.#rows.push(cells.slice(at, at + columns))
    }
    this.#row = row
    for (const listener of this.#listeners) listener()
  }

  #take(part: string): void {
    if (part === '\n') this.#lineFeed()
    else if (part === '\r') this.#column = 0
    else if (part.startsWith(ESCAPE)) this.#obey(part.slice(2))
    else for (const { text, width } of cellsOf(part)) this.#put(text, width)
  }

  #lineFeed(): void {
    this.#row += 1
    this.#column = 0
    this.#rows[this.#row] ??= []
  }

  #put(text: string, width: number): void {
    if (this.#column + width > this.columns) {
      if (this.#wraps) this.#lineFeed()
      else this.#column = this.columns - width
    }
    const cells = this.#rows[this.#row] ?? []
    while (cells.length < this.#column) cells.push(' ')
    cells.splice(this.#column, width, text, ...Array.from({ length: width - 1 }, () => ''))
    this.#column += width
  }

  #obey(sequence: string): void {
    if (sequence === '0J') {
      this.#rows = this.#rows.slice(0, this.#row + 1)
      this.#rows[this.#row] = this.#rows[this.#row]?.slice(0, this.#column) ?? []
    } else if (sequence === '?25l' || sequence === '?25h') this.cursor = sequence.endsWith('h')
    else if (sequence === '?7l' || sequence === '?7h') this.#wraps = sequence.endsWith('h')
    else if (sequence.endsWith('A')) this.#row = Math.max(0, this.#row - Number(sequence.slice(0, -1)))
    else throw new Error(`the fake terminal does not know ${sequence}`)
  }
}
