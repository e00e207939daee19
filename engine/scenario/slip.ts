import type { Problem } from '../base/problem.ts'
import type { Path } from '../base/span.ts'
import type { Document } from '../document/document.ts'

/** Something wrong with a value of a file; the document knows where that stands. */
export interface Slip {
  readonly code: string
  /** To the value it is about. */
  readonly path: Path
  /** The key it is about, when the place is a key of the map at `path`. */
  readonly key?: string
  /** The characters of the string at `path` it is about. */
  readonly within?: { readonly start: number; readonly end: number }
  readonly message: string
  readonly hint?: string
  readonly severity?: 'error' | 'warning'
  /** The word the key should be, when there is no doubt. */
  readonly rename?: string
}

/** Gathers what is wrong with one document. */
export class Slips {
  readonly #document: Document
  readonly #slips: Slip[] = []

  constructor(document: Document) {
    this.#document = document
  }

  add(...slips: readonly Slip[]): void {
    this.#slips.push(...slips)
  }

  get hasErrors(): boolean {
    return this.#slips.some(({ severity }) => severity !== 'warning')
  }

  /** In the order of their places, each place and code once. */
  problems(): readonly Problem[] {
    const isLost = this.#slips.some(losesName)
    const problems = this.#slips
      .filter((slip) => !isLost || !followsLoss(slip))
      .map((slip) => this.#problem(slip))
    const seen = new Set<string>()
    return problems
      .sort((a, b) => a.span.start - b.span.start)
      .filter(({ code, span }) => {
        const place = `${code} ${span.start} ${span.end}`
        const isNew = !seen.has(place)
        seen.add(place)
        return isNew
      })
  }

  #problem(slip: Slip): Problem {
    const { code, path, key, within, message, hint, severity = 'error', rename } = slip
    const span =
      within !== undefined
        ? this.#document.spanWithin(path, within.start, within.end)
        : this.#document.span(key === undefined ? path : [...path, key], key === undefined ? 'value' : 'key')
    const { start, end } = span
    const isPlain = key !== undefined && this.#document.text.slice(start, end) === key
    return {
      code,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      span,
      ...(rename === undefined || !isPlain ? {} : { fix: { start, end, text: rename } }),
    }
  }
}

/** A slip by which a name that a step introduces is not there, or a list of such steps. */
function losesName({ path, rename }: Slip): boolean {
  return path.at(-1) === 'as' || rename === 'as' || rename === 'steps'
}

/** A name that is like no other: the one that was lost. */
function followsLoss({ code, hint }: Slip): boolean {
  return code === 'UNKNOWN_NAME' && hint === undefined
}
