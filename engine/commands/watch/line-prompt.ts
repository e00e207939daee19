/** Asks for one line, key by key. Resolves with the line at Enter, and with undefined at Escape. */
export class LinePrompt {
  readonly line: Promise<string | undefined>
  readonly #label: string
  readonly #write: (text: string) => void
  #text = ''
  #end!: (line: string | undefined) => void

  constructor(label: string, write: (text: string) => void) {
    this.#label = label
    this.#write = write
    this.line = new Promise((resolve) => {
      this.#end = resolve
    })
    write(label)
  }

  press(key: string): void {
    if (key === 'enter' || key === 'escape') {
      this.#write('\n')
      this.#end(key === 'enter' ? this.#text : undefined)
      return
    }
    if (key === 'backspace') this.#text = Array.from(this.#text).slice(0, -1).join('')
    else if (/^\P{Cc}$/u.test(key)) this.#text += key
    this.#write(`\r\u001b[K${this.#label}${this.#text}`)
  }
}
