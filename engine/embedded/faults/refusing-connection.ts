import { STREAMING } from './redis-commands.ts'
import { commandName, RespSplitter } from './resp.ts'

/** The error a command is answered with in place of the server; undefined: the server answers. Names are upper case. */
export type Refusal = (name: string) => string | undefined

/** What the next replies are: the server's, perhaps with another text in its place, or a text of ours alone. */
type Expected =
  { readonly from: 'server'; readonly instead?: string } | { readonly from: 'us'; readonly reply: string }

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
    for (const command of this.#commands.push(chunk)) this.#meet(command)
    if (this.#streams) this.#options.toServer(this.#commands.drain())
  }

  fromServer(chunk: Buffer): void {
    if (this.#streams) {
      this.#options.toClient(chunk)
      return
    }
    for (const reply of this.#replies.push(chunk)) {
      const expected = this.#expected.shift()
      const instead = expected?.from === 'server' ? expected.instead : undefined
      this.#options.toClient(instead === undefined ? reply : Buffer.from(instead))
      this.#answerOurs()
    }
  }

  #meet(command: Buffer): void {
    const name = commandName(command)
    if (!this.#streams && STREAMING.has(name)) this.#stream()
    if (this.#streams) this.#options.toServer(command)
    else if (!this.#refuse(name)) this.#forward(name, command)
  }

  #refuse(name: string): boolean {
    const refusal = this.#options.refusal(name)
    if (refusal === undefined) return false
    if (this.#transaction !== undefined) this.#transaction.refused = true
    this.#expected.push({ from: 'us', reply: `-${refusal}\r\n` })
    this.#answerOurs()
    return true
  }

  /** A transaction of which a command was refused is discarded instead of carried out. */
  #forward(name: string, command: Buffer): void {
    const aborts = name === 'EXEC' && this.#transaction?.refused === true
    if (name === 'MULTI') this.#transaction = { refused: false }
    if (name === 'EXEC' || name === 'DISCARD') this.#transaction = undefined
    this.#expected.push(aborts ? { from: 'server', instead: ABORTED } : { from: 'server' })
    this.#options.toServer(aborts ? DISCARD : command)
  }

  #answerOurs(): void {
    for (let next = this.#expected[0]; next?.from === 'us'; next = this.#expected[0]) {
      this.#expected.shift()
      this.#options.toClient(Buffer.from(next.reply))
    }
  }

  /** From here on bytes are passed as they come. */
  #stream(): void {
    this.#streams = true
    const begun = this.#replies.drain()
    if (begun.length > 0) this.#options.toClient(begun)
  }
}

const DISCARD = Buffer.from('*1\r\n$7\r\nDISCARD\r\n')
const ABORTED = '-EXECABORT a command of the transaction was refused\r\n'
