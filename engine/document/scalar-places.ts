import { Scalar } from 'yaml'

/** Where one character of a decoded scalar stands in the file. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** A stretch of source that makes `chars`. Soft ones are blanks and line breaks, which YAML folds, trims or indents. */
interface Unit extends Place {
  readonly chars: string
  readonly soft: boolean
}

/**
 * The place in the file of each character of a decoded string. Exact for everything but blanks that YAML folded,
 * which stand somewhere in the fold. Undefined when the scalar cannot be followed.
 */
export function scalarPlaces(scalar: Scalar, text: string): readonly Place[] | undefined {
  if (typeof scalar.value !== 'string' || !scalar.range) return undefined
  const [start, end] = scalar.range
  return align(scalar.value, unitsOf(scalar.type, text, { start, end }))
}

function unitsOf(type: Scalar['type'], text: string, { start, end }: Place): Unit[] {
  switch (type) {
    case Scalar.QUOTE_DOUBLE:
      return units(text, { start: start + 1, end: end - 1 }, escapeAt)
    case Scalar.QUOTE_SINGLE:
      return units(text, { start: start + 1, end: end - 1 }, doubledQuoteAt)
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED:
      return units(text, { start: afterHeader(text, start, end), end }, () => undefined)
    default:
      return units(text, { start, end }, () => undefined)
  }
}

function units(text: string, range: Place, special: (text: string, at: number) => Unit | undefined): Unit[] {
  const found: Unit[] = []
  for (let at = range.start; at < range.end;) {
    const unit = special(text, at) ?? plainAt(text, at)
    found.push(unit)
    at = unit.end
  }
  return found
}

function plainAt(text: string, at: number): Unit {
  const chars = text.charAt(at)
  return { start: at, end: at + 1, chars, soft: isBlank(chars) }
}

function doubledQuoteAt(text: string, at: number): Unit | undefined {
  return text.startsWith("''", at) ? { start: at, end: at + 2, chars: "'", soft: false } : undefined
}

const NAMED: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
}
const CODE_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function escapeAt(text: string, at: number): Unit | undefined {
  if (text[at] !== '\\') return undefined
  const letter = text.charAt(at + 1)
  const named = NAMED[letter]
  if (named !== undefined) return { start: at, end: at + 2, chars: named, soft: false }
  const length = CODE_LENGTH[letter]
  if (length === undefined) return { start: at, end: at + 2, chars: '', soft: true }
  const code = Number.parseInt(text.slice(at + 2, at + 2 + length), 16)
  const chars = code <= 0x10ffff ? String.fromCodePoint(code) : ''
  return { start: at, end: at + 2 + length, chars, soft: false }
}

function afterHeader(text: string, start: number, end: number): number {
  const lineBreak = text.indexOf('\n', start)
  return lineBreak === -1 ? end : Math.min(lineBreak + 1, end)
}

/** Goes along both at once: what is not blank must come in the same order, blanks take what blanks there are. */
function align(decoded: string, source: readonly Unit[]): Place[] | undefined {
  const places: Place[] = []
  let next = 0
  for (let at = 0; at < decoded.length;) {
    const char = decoded.charAt(at)
    if (!isBlank(char)) while (source[next]?.soft === true) next += 1
    const unit = source[next]
    const last = places.at(-1)
    if (unit?.soft === true) {
      places.push(unit)
      next += 1
      at += 1
    } else if (unit !== undefined && unit.chars !== '' && decoded.startsWith(unit.chars, at)) {
      for (let count = 0; count < unit.chars.length; count += 1) places.push(unit)
      next += 1
      at += unit.chars.length
    } else if (isBlank(char)) {
      const end = unit?.start ?? last?.end ?? source.at(-1)?.end ?? 0
      places.push({ start: end, end })
      at += 1
    } else {
      return undefined
    }
  }
  return places
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r'
}
