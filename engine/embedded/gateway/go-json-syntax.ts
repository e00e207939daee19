/** A JSON value as it stands in the text: members of objects keep their order and their repetitions. */
export type JsonNode =
  | { readonly type: 'null' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'array'; readonly items: readonly JsonNode[] }
  | { readonly type: 'object'; readonly members: readonly (readonly [string, JsonNode])[] }

/** The text is not JSON; the message is Go's. */
export class JsonSyntaxError extends Error {}

/** As Go does, half of a pair becomes a replacement character. */
const LONE_SURROGATE = /\p{Surrogate}/gu
const DEEPEST = 10_000
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Reads one JSON value and nothing after it, with the errors of Go's `encoding/json`. Works on bytes, as Go does. */
export function parseJson(body: Buffer): JsonNode {
  const reader = new Reader(body.toString('latin1'))
  const node = reader.value()
  reader.end()
  return node
}

/** An array or object whose end has not been read. */
type Open =
  | { readonly type: 'array'; readonly items: JsonNode[] }
  | { readonly type: 'object'; readonly members: (readonly [string, JsonNode])[]; key: string }

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Keeps what is open in a list instead of calling itself: bodies may be nested deeper than the stack. */
  value(): JsonNode {
    const open: Open[] = []
    for (;;) {
      let node = this.#begin(open)
      while (node !== undefined) {
        const parent = open.at(-1)
        if (parent === undefined) return node
        if (parent.type === 'array') parent.items.push(node)
        else parent.members.push([parent.key, node])
        node = this.#afterMember(parent, open)
      }
    }
  }

  end(): void {
    this.#blanks()
    if (this.#at < this.#text.length) this.#unexpected('after top-level value')
  }

  /** A whole value; undefined when it only opened one that has members. */
  #begin(open: Open[]): JsonNode | undefined {
    const char = this.#peek('looking for beginning of value')
    if (char !== '{' && char !== '[') return this.#scalar(char)
    if (open.length >= DEEPEST) throw new JsonSyntaxError('exceeded max depth')
    this.#at += 1
    if (char === '[') {
      if (this.#peek('looking for beginning of value') === ']')
        return this.#close({ type: 'array', items: [] })
      open.push({ type: 'array', items: [] })
      return undefined
    }
    if (this.#peek('looking for beginning of object key string') === '}') {
      return this.#close({ type: 'object', members: [] })
    }
    open.push({ type: 'object', members: [], key: this.#key() })
    return undefined
  }

  /** The parent when it ends here; undefined when another member follows. */
  #afterMember(parent: Open, open: Open[]): JsonNode | undefined {
    const isArray = parent.type === 'array'
    const context = isArray ? 'after array element' : 'after object key:value pair'
    const char = this.#peek(context)
    if (char === (isArray ? ']' : '}')) {
      open.pop()
      return this.#close(parent)
    }
    if (char !== ',') this.#unexpected(context)
    this.#at += 1
    if (!isArray) parent.key = this.#key()
    return undefined
  }

  #scalar(char: string): JsonNode {
    if (char === '"') return { type: 'string', value: this.#string() }
    if (char === 't') return this.#word('true', { type: 'bool', value: true })
    if (char === 'f') return this.#word('false', { type: 'bool', value: false })
    if (char === 'n') return this.#word('null', { type: 'null' })
    if (char === '-' || /\d/.test(char)) return this.#number()
    return this.#unexpected('looking for beginning of value')
  }

  /** A key and its colon. */
  #key(): string {
    const context = 'looking for beginning of object key string'
    if (this.#peek(context) !== '"') this.#unexpected(context)
    const key = this.#string()
    if (this.#peek('after object key') !== ':') this.#unexpected('after object key')
    this.#at += 1
    return key
  }

  #close(node: JsonNode): JsonNode {
    this.#at += 1
    return node
  }

  #string(): string {
    this.#at += 1
    let result = ''
    let plainFrom = this.#at
    const plain = (): string => Buffer.from(this.#text.slice(plainFrom, this.#at), 'latin1').toString('utf8')
    for (;;) {
      const char = this.#text.charAt(this.#at)
      if (char === '') throw new JsonSyntaxError('unexpected end of JSON input')
      if (char < ' ') this.#unexpected('in string literal')
      if (char === '"') {
        result += plain()
        this.#at += 1
        return result.replace(LONE_SURROGATE, '\uFFFD')
      }
      if (char === '\\') {
        result += plain() + this.#escape()
        plainFrom = this.#at
      } else {
        this.#at += 1
      }
    }
  }

  #escape(): string {
    this.#at += 1
    const char = this.#text.charAt(this.#at)
    if (char === '') throw new JsonSyntaxError('unexpected end of JSON input')
    if (char !== 'u') {
      const meant = ESCAPES[char] ?? this.#unexpected('in string escape code')
      this.#at += 1
      return meant
    }
    this.#at += 1
    const start = this.#at
    for (; this.#at < start + 4; this.#at += 1) {
      if (this.#at >= this.#text.length) throw new JsonSyntaxError('unexpected end of JSON input')
      if (!/[\da-fA-F]/.test(this.#text.charAt(this.#at)))
        this.#unexpected('in \\u hexadecimal character escape')
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(start, this.#at), 16))
  }

  #word(word: string, node: JsonNode): JsonNode {
    for (let index = 1; index < word.length; index += 1) {
      this.#at += 1
      if (this.#at >= this.#text.length) throw new JsonSyntaxError('unexpected end of JSON input')
      const wanted = word.charAt(index)
      if (this.#text.charAt(this.#at) !== wanted)
        this.#unexpected(`in literal ${word} (expecting '${wanted}')`)
    }
    return this.#close(node)
  }

  #number(): JsonNode {
    NUMBER.lastIndex = this.#at
    const text = NUMBER.exec(this.#text)?.[0]
    if (text === undefined) {
      this.#at += 1
      return this.#unexpected('in numeric literal')
    }
    this.#at += text.length
    const follows = this.#text.slice(this.#at, this.#at + 1)
    if (follows === '.' || follows === 'e' || follows === 'E') {
      this.#at += 1
      if (/[+-]/.test(this.#text.charAt(this.#at)) && follows !== '.') this.#at += 1
      this.#unexpected(
        follows === '.' ? 'after decimal point in numeric literal' : 'in exponent of numeric literal',
      )
    }
    return { type: 'number', text }
  }

  #blanks(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at += 1
  }

  #peek(context: string): string {
    this.#blanks()
    if (this.#at >= this.#text.length) throw new JsonSyntaxError('unexpected end of JSON input')
    const char = this.#text.charAt(this.#at)
    return char === '' ? this.#unexpected(context) : char
  }

  #unexpected(context: string): never {
    if (this.#at >= this.#text.length) throw new JsonSyntaxError('unexpected end of JSON input')
    throw new JsonSyntaxError(`invalid character ${quoteByte(this.#text.charAt(this.#at))} ${context}`)
  }
}

function quoteByte(char: string): string {
  if (char === "'") return String.raw`'\''`
  if (char === '"') return `'"'`
  return `'${JSON.stringify(char)
    .slice(1, -1)
    .replace(/\\u00([\da-f]{2})/, String.raw`\x$1`)}'`
}
