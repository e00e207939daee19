/** Tells whether a scenario with these tags is meant. */
export type TagTest = (tags: readonly string[]) => boolean

/**
 * Reads `dedup and not slow`, `(p0 or p1) and dedup`; `&&`, `||`, `!` and a comma for `or` mean the same. Throws an Error
 * that says what is wrong with the text.
 */
export function parseTags(text: string): TagTest {
  const reader = new TagReader(text.match(TOKEN) ?? [])
  const test = reader.either()
  const rest = reader.take()
  if (rest !== undefined) throw new Error(`${rest} is not expected there; join tags with and, or, not`)
  return test
}

const TOKEN = /&&|\|\||[!(),]|[^\s&|!(),]+/g
const SIGNS: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', ',': 'or', '!': 'not' }
const WORDS = new Set(['and', 'or', 'not', '(', ')'])

class TagReader {
  readonly #tokens: readonly string[]
  #index = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  take(): string | undefined {
    const token = this.#tokens[this.#index]
    this.#index += 1
    return token === undefined ? undefined : (SIGNS[token] ?? token)
  }

  #accept(wanted: string): boolean {
    const found = this.take() === wanted
    if (!found) this.#index -= 1
    return found
  }

  either(): TagTest {
    const tests = [this.#both()]
    while (this.#accept('or')) tests.push(this.#both())
    return (tags) => tests.some((test) => test(tags))
  }

  #both(): TagTest {
    const tests = [this.#one()]
    while (this.#accept('and')) tests.push(this.#one())
    return (tags) => tests.every((test) => test(tags))
  }

  #one(): TagTest {
    const token = this.take()
    if (token === 'not') {
      const test = this.#one()
      return (tags) => !test(tags)
    }
    if (token === '(') {
      const test = this.either()
      if (!this.#accept(')')) throw new Error('( is not closed')
      return test
    }
    if (token === undefined) throw new Error('a tag is missing at the end')
    if (WORDS.has(token)) throw new Error(`${token} stands where a tag belongs`)
    return (tags) => tags.includes(token)
  }
}
