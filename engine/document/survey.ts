import { CST, Lexer } from 'yaml'

import type { Limits } from './limits.ts'

/** What one pass over the lexer's tokens tells, before anything is built. Offsets are those of the text. */
export interface Survey {
  /** The first limit that is exceeded, and where. */
  readonly excess?: Excess
  /** Where the unclosed quote, bracket or brace opens, if one is unclosed. */
  readonly unclosed?: number
  /** Unquoted scalars, for finding templates that YAML tears apart. */
  readonly plain: readonly PlainScalar[]
  /** What the lexer read, for building without reading twice; cut off where a limit is exceeded. */
  readonly lexemes: readonly string[]
}

export interface Excess {
  readonly code: 'TOO_DEEP' | 'TOO_MANY_NODES' | 'TOO_MANY_ALIASES'
  readonly offset: number
  readonly message: string
}

export interface PlainScalar {
  readonly start: number
  readonly end: number
  readonly inFlow: boolean
}

/** A value comes with a few signs: a dash, a colon, a comma, an anchor, a tag. */
const MARKS_PER_NODE = 3

interface Level {
  readonly kind: 'map' | 'list'
  readonly column: number
}

/** Reads tokens without recursion: nesting that would end the whole process later is seen here. */
export function survey(text: string, limits: Limits): Survey {
  const surveyor = new Surveyor(limits)
  const lexemes: string[] = []
  for (const token of new Lexer().lex(text)) {
    lexemes.push(token)
    surveyor.take(token)
    if (surveyor.excess !== undefined) break
  }
  return { ...surveyor.result(), lexemes }
}

class Surveyor {
  excess: Excess | undefined
  readonly #limits: Limits
  #offset = 0
  #column = 0
  #nodes = 0
  #aliases = 0
  #marks = 0
  #block: Level[] = []
  #flow: { readonly offset: number; readonly type: 'flow-map-start' | 'flow-seq-start' }[] = []
  #plain: PlainScalar[] = []
  #unclosed: number | undefined
  #scalarNext = false
  /** Column of the first content on the line, or after `-`, `?` or `:`: where a key would start. */
  #keyColumn: number | undefined

  constructor(limits: Limits) {
    this.#limits = limits
  }

  result(): Omit<Survey, 'lexemes'> {
    const unclosed = this.#unclosed ?? this.#flow.at(-1)?.offset
    return {
      plain: this.#plain,
      ...(this.excess === undefined ? {} : { excess: this.excess }),
      ...(unclosed === undefined ? {} : { unclosed }),
    }
  }

  take(token: string): void {
    if (this.#scalarNext) {
      this.#scalarNext = false
      this.#scalar(token)
      this.#move(token)
      return
    }
    if (token === CST.SCALAR) {
      this.#scalarNext = true
      return
    }
    if (token === CST.DOCUMENT) return
    if (token === CST.FLOW_END) {
      this.#unclosed ??= this.#flow.at(-1)?.offset
      this.#flow = []
      return
    }
    this.#structure(token)
    this.#move(token)
  }

  #structure(token: string): void {
    const type = CST.tokenType(token)
    if (type !== 'space' && type !== 'newline' && type !== 'comment') this.#mark()
    switch (type) {
      case 'newline':
      case 'doc-start':
        if (type === 'doc-start') this.#block = []
        this.#keyColumn = undefined
        return
      case 'seq-item-ind':
      case 'explicit-key-ind':
        if (this.#flow.length === 0) this.#enter(type === 'seq-item-ind' ? 'list' : 'map', this.#column)
        this.#keyColumn = undefined
        return
      case 'map-value-ind':
        if (this.#flow.length === 0) this.#enter('map', this.#keyColumn ?? this.#column)
        this.#keyColumn = undefined
        return
      case 'flow-map-start':
      case 'flow-seq-start':
        this.#flow.push({ type, offset: this.#offset })
        this.#node()
        this.#checkDepth()
        break
      case 'flow-map-end':
      case 'flow-seq-end':
        this.#close(type === 'flow-map-end' ? 'flow-map-start' : 'flow-seq-start')
        break
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        if (!isClosed(token)) this.#unclosed ??= this.#offset
        this.#node()
        break
      case 'alias':
        this.#alias()
        break
    }
    if (type !== 'space' && type !== 'comment') this.#keyColumn ??= this.#column
  }

  #scalar(token: string): void {
    this.#keyColumn ??= this.#column
    this.#node()
    const start = this.#offset
    this.#plain.push({ start, end: start + token.length, inFlow: this.#flow.length > 0 })
  }

  #close(opening: string): void {
    const opened = this.#flow.pop()
    if (opened !== undefined && opened.type !== opening) this.#unclosed ??= opened.offset
  }

  #enter(kind: Level['kind'], column: number): void {
    let top = this.#block.at(-1)
    while (top !== undefined && (top.column > column || (top.column === column && leaves(top, kind)))) {
      this.#block.pop()
      top = this.#block.at(-1)
    }
    if (top?.column === column && top.kind === kind) return
    this.#block.push({ kind, column })
    this.#node()
    this.#checkDepth()
  }

  #checkDepth(): void {
    if (this.#block.length + this.#flow.length <= this.#limits.levels) return
    this.#exceed('TOO_DEEP', `nested too deep: expected at most ${this.#limits.levels} levels`)
  }

  #node(): void {
    this.#nodes += 1
    if (this.#nodes <= this.#limits.nodes) return
    this.#exceed('TOO_MANY_NODES', `the file holds too much: expected at most ${this.#limits.nodes} values`)
  }

  /** Signs without values, such as a million commas, are refused too: each of them would become an error. */
  #mark(): void {
    this.#marks += 1
    if (this.#marks <= this.#limits.nodes * MARKS_PER_NODE) return
    this.#exceed('TOO_MANY_NODES', `the file holds too much: expected at most ${this.#limits.nodes} values`)
  }

  #alias(): void {
    this.#node()
    this.#aliases += 1
    if (this.#aliases <= this.#limits.aliases) return
    this.#exceed(
      'TOO_MANY_ALIASES',
      `too many aliases: expected at most ${this.#limits.aliases} uses of *name`,
    )
  }

  #exceed(code: Excess['code'], message: string): void {
    this.excess ??= { code, message, offset: this.#offset }
  }

  #move(token: string): void {
    this.#offset += token.length
    const lineBreak = token.lastIndexOf('\n')
    this.#column = lineBreak === -1 ? this.#column + token.length : token.length - lineBreak - 1
  }
}

/** A key at the column of a list ends the list; a list may stand at the column of the key that holds it. */
function leaves(top: Level, kind: Level['kind']): boolean {
  return top.kind === 'list' && kind === 'map'
}

function isClosed(quoted: string): boolean {
  if (quoted.startsWith("'")) return (quoted.split("'").length - 1) % 2 === 0
  return quoted.length > 1 && quoted.endsWith('"') && trailingBackslashes(quoted) % 2 === 0
}

function trailingBackslashes(quoted: string): number {
  let count = 0
  while (quoted[quoted.length - 2 - count] === '\\') count += 1
  return count
}
