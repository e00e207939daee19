/**
 * Sources of regular expressions that find a secret however it was written down: as it is, with escapes of JSON (also
 * twice), of URLs and forms (also twice) and of HTML in any mixture, and inside something that was encoded as base64.
 */
export function patternsOf(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1)
  const encoded = inJson === secret ? [secret] : [secret, inJson]
  return [plainPattern(secret), ...decodedForms(secret).map(plainPattern), ...encoded.flatMap(base64Patterns)]
}

/** What a server makes of a secret that stood in a URL as it is. */
function decodedForms(secret: string): readonly string[] {
  const forms = [secret, secret.replaceAll('+', ' ')].map(decoded)
  return [...new Set(forms)].filter((form) => form !== secret && form.length >= SHORTEST)
}

/** Anything shorter would be masked wherever it happens to stand. */
const SHORTEST = 4

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Encoders leave these as they are. */
const UNRESERVED = /[\w.~-]/
/** As many as nested JSON is likely to put before a character; a bound keeps the search linear. */
const BACKSLASHES = String.raw`\\{0,8}`
const SOME_BACKSLASHES = String.raw`\\{1,8}`

function plainPattern(secret: string): string {
  return Array.from(secret, characterPattern).join('')
}

function characterPattern(character: string): string {
  if (UNRESERVED.test(character)) return literal(character)
  const short = JSON.stringify(character).slice(1, -1)
  const forms = [
    `${character === '\\' ? '' : BACKSLASHES}${literal(character)}`,
    ...(/^\\[a-z]$/.test(short) ? [`${SOME_BACKSLASHES}${short.slice(1)}`] : []),
    ...(character === '\\' ? [SOME_BACKSLASHES] : []),
    [...unitsOf(character)].map((unit) => `${SOME_BACKSLASHES}u${anyCase(unit)}`).join(''),
    [...Buffer.from(character)].map((byte) => `%(?:25)*${anyCase(hex(byte, 2))}`).join(''),
    ...(character === ' ' ? [String.raw`\+`] : []),
    ...htmlForms(character),
  ]
  return `(?:${forms.join('|')})`
}

function unitsOf(character: string): readonly string[] {
  return Array.from({ length: character.length }, (_, index) => hex(character.charCodeAt(index), 4))
}

const HTML: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }

function htmlForms(character: string): readonly string[] {
  const code = character.codePointAt(0) ?? 0
  const named = HTML[character]
  return [...(named === undefined ? [] : [`&${named};`]), `&#0*${code};`, `&#[xX]0*${anyCase(hex(code, 1))};`]
}

/**
 * The characters that depend on the secret alone, for each of the three places where it may begin in a group of three
 * bytes; and the ones beside them, which hold a part of it.
 */
function base64Patterns(text: string): readonly string[] {
  const bytes = Buffer.from(text)
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = [0, 2, 3][before] ?? 0
    const isPartial = (before + bytes.length) % 3 !== 0
    const core = whole.slice(first, isPartial ? -1 : undefined)
    const around = '[A-Za-z0-9+/_-]?'
    return `${before === 0 ? '' : around}${Array.from(core, base64Character).join('')}${isPartial ? around : ''}`
  })
}

/** `+` and `/` have other names in base64url, and are escaped in URLs and by some writers of JSON. */
function base64Character(character: string): string {
  if (character === '+') return `(?:[+-]|%(?:25)*2[Bb]|${SOME_BACKSLASHES}u002[bB])`
  if (character === '/') return `(?:${BACKSLASHES}/|_|%(?:25)*2[Ff])`
  return character
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}

function anyCase(digits: string): string {
  return digits.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
