import { patternsOf } from './secret-patterns.ts'

/** Shorter ones are in every other word; `language.md` §9 refuses them. */
export const SHORTEST_SECRET = 4

export interface TextMask {
  /** With `***` in the place of every secret. */
  mask(text: string): string
  /** With as many stars as there were characters, for texts that others point into. */
  maskInPlace(text: string): string
}

const STARS = '***'
/** Texts are cut at no less than this many characters, and a beginning of so many of a secret tells something. */
const SHORTEST_CUT = 80
const SHORTEST_BEGINNING = 6
const ELLIPSIS = '…'

/** Undefined when there is nothing to hide. */
export function textMaskFor(secrets: readonly string[]): TextMask | undefined {
  const hidden = hiddenTexts(secrets)
  if (hidden.length === 0) return undefined
  const pattern = new RegExp(hidden.flatMap(patternsOf).join('|'), 'g')
  return {
    mask: (text) => withoutBeginnings(text.replace(pattern, STARS), hidden),
    maskInPlace: (text) => text.replace(pattern, (found) => '*'.repeat(found.length)),
  }
}

/** The longest first. Of a text with several lines each line of some length is hidden, for what is read by lines. */
function hiddenTexts(secrets: readonly string[]): readonly string[] {
  const parts = secrets.flatMap((secret) => [secret, secret.trim(), ...longLines(secret)])
  const long = [...new Set(parts)].filter(({ length }) => length >= SHORTEST_SECRET)
  return long.sort((a, b) => b.length - a.length)
}

function longLines(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  return lines.length === 1 ? [] : lines.filter(({ length }) => length >= 2 * SHORTEST_SECRET)
}

/** Where a text was cut in the middle of a secret, its beginning stands at the end or before an ellipsis. */
function withoutBeginnings(text: string, hidden: readonly string[]): string {
  if (text.length < SHORTEST_CUT && !text.includes(ELLIPSIS)) return text
  const parts = text.split(ELLIPSIS)
  const last = parts.length - 1
  return parts
    .map((part, index) =>
      index < last || text.length >= SHORTEST_CUT ? withoutBeginning(part, hidden) : part,
    )
    .join(ELLIPSIS)
}

function withoutBeginning(text: string, hidden: readonly string[]): string {
  for (const secret of hidden) {
    for (let length = secret.length - 1; length >= SHORTEST_BEGINNING; length -= 1)
      if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${STARS}`
  }
  return text
}
