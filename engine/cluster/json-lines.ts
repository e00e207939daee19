const NEWLINE = 0x0a

/** Cuts a byte stream into lines. Lines are decoded whole, so a character may be split over chunks; an unfinished last line is dropped. */
export class LineSplitter {
  #rest: Buffer[] = []

  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(Buffer.concat([...this.#rest, chunk.subarray(start, end)]).toString('utf8'))
      this.#rest = []
      start = end + 1
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start))
    return lines
  }
}
