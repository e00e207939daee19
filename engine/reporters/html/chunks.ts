import { gzipSync } from 'node:zlib'

/** Values of one chunk are read together, so it is large enough to shrink well and small enough to be read at once. */
const CHUNK_CHARACTERS = 256 * 1024

/** JSON values by key, in parts that shrink and are read on their own. */
export class Chunks {
  readonly #packed: string[] = []
  #open = new Map<string, string>()
  #size = 0

  /** Gives the number of the chunk that has it. */
  add(key: string, value: unknown): number {
    const json = JSON.stringify(value)
    this.#open.set(key, json)
    this.#size += json.length
    const chunk = this.#packed.length
    if (this.#size >= CHUNK_CHARACTERS) this.#pack()
    return chunk
  }

  /** Every chunk as base64, the first one first. */
  finish(): readonly string[] {
    if (this.#open.size > 0) this.#pack()
    return this.#packed
  }

  #pack(): void {
    const fields = [...this.#open].map(([key, json]) => `${JSON.stringify(key)}:${json}`)
    this.#packed.push(pack(`{${fields.join(',')}}`))
    this.#open = new Map()
    this.#size = 0
  }
}

/** Text as a page can hold it: nothing in it is markup, whatever it says. */
export function pack(text: string): string {
  return gzipSync(text, { level: 6 }).toString('base64')
}
