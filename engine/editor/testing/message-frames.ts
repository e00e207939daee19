/** A message of JSON-RPC 2.0, as the language server protocol uses it. */
export interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string }
}

const HEAD_END = '\r\n\r\n'

/** A message with the header that says how many bytes follow. */
export function frame(message: Message): Buffer {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}${HEAD_END}`), body])
}

/** Cuts a stream of bytes into messages, however the bytes come. */
export class Unframer {
  #rest: Buffer = Buffer.alloc(0)

  take(chunk: Buffer): readonly Message[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const messages: Message[] = []
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message)
    return messages
  }

  #next(): Message | undefined {
    const headEnd = this.#rest.indexOf(HEAD_END)
    if (headEnd === -1) return undefined
    const start = headEnd + HEAD_END.length
    const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.toString('latin1', 0, headEnd))?.[1])
    if (Number.isNaN(length)) throw new Error('a message without Content-Length')
    if (this.#rest.length < start + length) return undefined
    const body = this.#rest.toString('utf8', start, start + length)
    this.#rest = this.#rest.subarray(start + length)
    return JSON.parse(body) as Message
  }
}
