const LINE_END = Buffer.from('\r\n')
/** Types whose first line says how many bytes follow. */
const BULKS = '$!='
/** Types whose first line says how many values follow; maps have two per entry. */
const LISTS = '*~>'

/** Cuts a stream of bytes into whole values of the Redis protocol. A line without a type is one, too: an inline command. */
export class RespSplitter {
  #rest: Buffer = Buffer.alloc(0)

  /** The values that are complete with this chunk. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const values: Buffer[] = []
    let from = 0
    for (let end = endOfValue(this.#rest, from); end !== undefined; end = endOfValue(this.#rest, from)) {
      values.push(this.#rest.subarray(from, end))
      from = end
    }
    this.#rest = this.#rest.subarray(from)
    return values
  }

  /** What came of a value that is not complete yet; it is forgotten. */
  drain(): Buffer {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return rest
  }
}

/** The first word of a command, a list of bulk texts or a line, in upper case. */
export function commandName(command: Buffer): string {
  const text = command.toString('latin1')
  const word = text.startsWith('*') ? text.split('\r\n', 3)[2] : text.trim().split(/\s+/, 1)[0]
  return (word ?? '').toUpperCase()
}

/** Where the value that begins at `start` ends; undefined while it is not complete. */
function endOfValue(bytes: Buffer, start: number): number | undefined {
  let open = 1
  let at = start
  while (open > 0) {
    const lineEnd = bytes.indexOf(LINE_END, at)
    if (lineEnd < 0) return undefined
    const type = String.fromCharCode(bytes[at] ?? 0)
    const size = Number(bytes.toString('latin1', at + 1, lineEnd))
    at = lineEnd + LINE_END.length
    open -= 1
    if (BULKS.includes(type) && size >= 0) at += size + LINE_END.length
    if (LISTS.includes(type) && size > 0) open += size
    if (type === '%' && size > 0) open += 2 * size
    if (at > bytes.length) return undefined
  }
  return at
}
