/** Where an expression ends inside a text, or why it does not. Offsets are those of the text. */
export type ExpressionEnd =
  { readonly end: number } | { readonly code: 'UNCLOSED_STRING' | 'UNCLOSED_TEMPLATE'; readonly at: number }

/**
 * Finds the `}` that closes the `${` before `start`; `end` is its offset. Knows what CEL knows: strings of all
 * kinds (`'…'`, `"…"`, `'''…'''`, raw `r'…'`, bytes `b'…'`), comments, and braces inside each other.
 */
export function findExpressionEnd(text: string, start: number): ExpressionEnd {
  let depth = 0
  let at = start
  while (at < text.length) {
    const char = text[at]
    if (char === "'" || char === '"') {
      const end = stringEnd(text, at)
      if (end === undefined) return { code: 'UNCLOSED_STRING', at }
      at = end
      continue
    }
    if (char === '/' && text[at + 1] === '/') {
      at = lineEnd(text, at)
      continue
    }
    if (char === '{') depth += 1
    if (char === '}') {
      if (depth === 0) return { end: at }
      depth -= 1
    }
    at += 1
  }
  return { code: 'UNCLOSED_TEMPLATE', at: start }
}

/** The offset after the string that opens at `open`, or undefined when it does not close. */
function stringEnd(text: string, open: number): number | undefined {
  const quote = text.charAt(open)
  const triple = text.startsWith(quote.repeat(3), open)
  const fence = triple ? quote.repeat(3) : quote
  const raw = isRaw(text, open)
  let at = open + fence.length
  while (at < text.length) {
    if (text.startsWith(fence, at)) return at + fence.length
    if (!triple && (text[at] === '\n' || text[at] === '\r')) return undefined
    at += !raw && text[at] === '\\' ? 2 : 1
  }
  return undefined
}

/** Whether the quote at `open` follows `r`, `rb` or `br` that is a prefix and not the end of a name. */
function isRaw(text: string, open: number): boolean {
  const prefix = /(?:^|[^A-Za-z0-9_])([rR][bB]?|[bB][rR])$/
  return prefix.test(text.slice(Math.max(0, open - 3), open))
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/)
  return end === -1 ? text.length : from + end
}
