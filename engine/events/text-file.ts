import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

/** A file that is being written. Its methods throw what the system says; after that the file is given up. */
export interface TextFile {
  /** What was written is with the operating system when this returns. */
  write(text: string): void
  close(): void
  /** Leaves what was there before, where it has not appeared yet. */
  discard(): void
}

export interface TextFileOptions {
  /**
   * When it takes the place of an older one: at once, for what is read while it grows, or whole; or never, because others
   * write to it, too.
   */
  readonly appears: 'at-once' | 'when-closed' | 'added'
  /** What it begins with. */
  readonly begin?: string
}

/**
 * Puts a new file in the place of an older one in one move, so that no file is ever half the one and half the other.
 * What is no regular file, such as a pipe or a device, is written to as it is. The folder is made; a link stays a link.
 */
export function openTextFile(file: string, { appears, begin = '' }: TextFileOptions): TextFile {
  const stats = statSync(file, { throwIfNoEntry: false })
  const isReplaced = appears !== 'added' && (stats === undefined || stats.isFile())
  // What a pipe of a shell links to has no name that could be opened.
  const target = stats?.isFile() === true ? realpathSync(file) : file
  if (stats === undefined) mkdirSync(path.dirname(target), { recursive: true })
  const drafted = isReplaced ? { draft: `${target}.${process.pid}.new`, target } : undefined
  const opened = new OpenedFile(openSync(drafted?.draft ?? target, isReplaced ? 'w' : 'a'), drafted)
  opened.write(begin)
  if (appears === 'at-once') opened.appear()
  return opened
}

interface Drafted {
  readonly draft: string
  readonly target: string
}

class OpenedFile implements TextFile {
  readonly #handle: number
  #isOver = false
  /** Until it has taken its place. */
  #drafted: Drafted | undefined

  constructor(handle: number, drafted: Drafted | undefined) {
    this.#handle = handle
    this.#drafted = drafted
  }

  write(text: string): void {
    this.#orGiveUp(() => {
      const bytes = Buffer.from(text)
      let done = 0
      while (done < bytes.length) done += writeSync(this.#handle, bytes, done)
    })
  }

  appear(): void {
    this.#orGiveUp(() => {
      if (this.#drafted !== undefined) renameSync(this.#drafted.draft, this.#drafted.target)
      this.#drafted = undefined
    })
  }

  close(): void {
    this.#orGiveUp(() => {
      if (fstatSync(this.#handle).isFile()) fsyncSync(this.#handle)
    })
    this.appear()
    this.discard()
  }

  discard(): void {
    if (this.#isOver) return
    this.#isOver = true
    closeSync(this.#handle)
    if (this.#drafted !== undefined) rmSync(this.#drafted.draft, { force: true })
  }

  #orGiveUp(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.discard()
      throw error
    }
  }
}
