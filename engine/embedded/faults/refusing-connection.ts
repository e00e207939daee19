import { STREAMING } from './redis-commands.ts'
import { RespSplitter, wordsOf } from './resp.ts'

/** The error a command is answered with in place of the server; undefined: the server answers. Names are upper case. */
export type Refusal = (name: string) => string | undefined

/** What the next replies are: the server's, or a text of ours. */
type Expected = { readonly from: 'server' } | { readonly from: 'us'; readonly reply: string }

export interface RefusingConnectionOptions {
  readonly refusal: Refusal
  readonly toServer: (bytes: Buffer) => void
  readonly toClient: (bytes: Buffer) => void
}

/** One connection of commands and replies, some of which never reach the server, with every reply in its place. */
export class RefusingConnection {
  readonly #options: RefusingConnectionOptions
  readonly #commands = new RespSplitter()
  readonly #replies = new RespSplitter()
  readonly #expected: Expected[] = []
  #streams = false
  /** Inside MULTI; `refused` when EXEC must fail. */
  #transaction: { refused: boolean } | undefined

  constructor(options: RefusingConnectionOptions) {
    this.#options = options
  }

  fromClient(chunk: Buffer): void {
    if (this.#streams) {
      this.#options.toServer(chunk)
      return
    }
    for (const command of this.#commands.push(chunk)) this.#meet(command)
  }

  fromServer(chunk: Buffer): void {
    if (this.#streams) {
      this.#options.toClient(chunk)
      return
    }
    for (const reply of this.#replies.push(chunk)) {
      this.#expected.shift()
      this.#options.toClient(reply)
      this.#answerOurs()
    }
  }

  #meet(command: Buffer): void {
    const [word = ''] = wordsOf(command)
    const name = word.toUpperCase()
    if (this.#streams || STREAMING.has(name)) {
      this.#stream(command)
      return
    }
    const refusal = this.#options.refusal(name)
    if (refusal !== undefined) {
      if (this.#transaction !== undefined) this.#transaction.refused = true
      this.#expected.push({ from: 'us', reply: `-${refusal}\r\n` })
      this.#answerOurs()
      return
    }
    this.#expected.push({ from: 'server' })
    this.#options.toServer(this.#transacted(name) ? command : DISCARD)
  }

  /** Keeps an eye on transactions; false for an EXEC that must not happen, whose reply the server's DISCARD becomes. */
  #transacted(name: string): boolean {
    const refused = this.#transaction?.refused === true
    if (name === 'MULTI') this.#transaction = { refused: false }
    if (name === 'EXEC' || name === 'DISCARD') this.#transaction = undefined
    return !(name === 'EXEC' && refused)
  }

  #answerOurs(): void {
    for (let next = this.#expected[0]; next?.from === 'us'; next = this.#expected[0]) {
      this.#expected.shift()
      this.#options.toClient(Buffer.from(next.reply))
    }
  }

  /** From here on bytes are passed as they come. */
  #stream(command: Buffer): void {
    this.#streams = true
    this.#options.toServer(Buffer.concat([command, this.#commands.drain()]))
    const begun = this.#replies.drain()
    if (begun.length > 0) this.#options.toClient(begun)
  }
}

const DISCARD = Buffer.from('*1\r\n$7\r\nDISCARD\r\n')
