import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { isObject } from '../base/json.ts'
import type { FileResult } from './load-file.ts'
import { readBelow } from './read-file.ts'

/** A file as it is about to be checked. */
export interface MemoryKey {
  /** Absolute. */
  readonly path: string
  /** As problems and spans call it. */
  readonly file: string
  readonly root: string
  readonly lines: readonly number[]
  readonly bytes: Buffer
}

interface Entry {
  /** Of everything in its key. */
  readonly digest: string
  /** Every template that is reached from it, by its shown name → digest of its bytes. */
  readonly templates: Readonly<Record<string, string>>
  readonly result: Pick<FileResult, 'id' | 'scenarios' | 'problems'>
}

export interface MemoryOptions {
  /** What was written after an earlier load; undefined, or anything that is none: nothing is remembered. */
  readonly text: string | undefined
  /** Everything that decides over a file beside the file and its templates: this build, the configuration. */
  readonly basis: string
  readonly cwd: string
}

/**
 * What came of files without errors that were checked before. It holds as long as the bytes of the file, of its
 * templates, and what they are held against are the same; then nothing else can come of them.
 */
export class FileMemory {
  readonly #cwd: string
  readonly #basis: string
  readonly #known: ReadonlyMap<string, Entry>
  readonly #kept = new Map<string, Entry>()
  readonly #templates = new Map<string, Buffer | undefined>()
  #hasNews = false

  constructor({ text, basis, cwd }: MemoryOptions) {
    this.#cwd = cwd
    this.#basis = digestOf(basis)
    this.#known = entriesOf(text, this.#basis)
  }

  /** Undefined where something has changed, or was never seen. */
  recall(key: MemoryKey): FileResult | undefined {
    const entry = this.#known.get(key.path)
    if (entry === undefined || entry.digest !== keyDigest(key)) return undefined
    const templates = Object.entries(entry.templates).map(([file, digest]) => {
      const bytes = this.#templateBytes(file, key.root)
      return bytes !== undefined && digestOf(bytes) === digest ? { file, text: textOf(bytes) } : undefined
    })
    const same = templates.filter((template) => template !== undefined)
    if (same.length < templates.length) return undefined
    this.#kept.set(key.path, entry)
    const unblamed = same.map((template) => ({ ...template, errors: [] }))
    return { file: key.file, text: textOf(key.bytes), ...entry.result, templates: unblamed }
  }

  /** Remembers what came of a file; `templates` are the digests of those that are reached from it. */
  keep(key: MemoryKey, { id, scenarios, problems }: FileResult, templates: Entry['templates']): void {
    if (problems.some(({ severity }) => severity === 'error')) return
    const result = { ...(id === undefined ? {} : { id }), scenarios, problems }
    this.#kept.set(key.path, { digest: keyDigest(key), templates, result })
    this.#hasNews = true
  }

  /** What is to be written for the next load; undefined where it says nothing new. `isThere` tells of files that were not loaded. */
  news(isThere: (path: string) => boolean): string | undefined {
    if (!this.#hasNews) return undefined
    const others = [...this.#known].filter(([path]) => !this.#kept.has(path) && isThere(path))
    return JSON.stringify({ basis: this.#basis, files: Object.fromEntries([...others, ...this.#kept]) })
  }

  #templateBytes(file: string, root: string): Buffer | undefined {
    const path = resolve(this.#cwd, file)
    if (!this.#templates.has(path)) {
      const bytes = readBelow(root, path)
      this.#templates.set(path, 'code' in bytes ? undefined : bytes)
    }
    return this.#templates.get(path)
  }
}

export function digestOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('base64')
}

function keyDigest({ path, file, root, lines, bytes }: MemoryKey): string {
  return digestOf(JSON.stringify([path, file, root, lines, bytes.length]), bytes)
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8')
}

function entriesOf(text: string | undefined, basis: string): ReadonlyMap<string, Entry> {
  if (text === undefined) return new Map()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return new Map()
  }
  if (!isObject(value) || value['basis'] !== basis || !isObject(value['files'])) return new Map()
  return new Map(Object.entries(value['files'] as Readonly<Record<string, Entry>>))
}
