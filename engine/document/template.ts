import { findExpressionEnd } from './template-end.ts'

/** One piece of a scalar: plain text, or an expression with its place (without `${` and `}`) in the scalar. */
export type TemplatePart =
  { readonly text: string } | { readonly expression: string; readonly start: number; readonly end: number }

export interface Template {
  readonly parts: readonly TemplatePart[]
  /** The scalar is nothing but one `${…}`, so it keeps the type of its expression. */
  readonly whole: boolean
}

/** Why a scalar is not a template. `start` and `end` are offsets in the scalar. */
export interface TemplateIssue {
  readonly code: 'UNCLOSED_TEMPLATE' | 'UNCLOSED_STRING' | 'EMPTY_TEMPLATE'
  readonly start: number
  readonly end: number
  readonly message: string
}

/** Splits a scalar at its `${…}`; `$${` stands for the two characters `${`. Tell an issue by `'code' in result`. */
export function parseTemplate(text: string): Template | TemplateIssue {
  const parts: TemplatePart[] = []
  let literal = ''
  let at = 0
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar === -1) break
    literal += text.slice(at, dollar)
    if (text.startsWith('$${', dollar)) {
      literal += '${'
      at = dollar + 3
    } else if (!text.startsWith('${', dollar)) {
      literal += '$'
      at = dollar + 1
    } else {
      const part = expressionAt(text, dollar + 2)
      if ('code' in part) return part
      if (literal !== '') parts.push({ text: literal })
      literal = ''
      parts.push(part)
      at = part.end + 1
    }
  }
  literal += text.slice(at)
  if (literal !== '' || parts.length === 0) parts.push({ text: literal })
  return { parts, whole: isWhole(parts) }
}

/** Whether a scalar holds at least one `${…}` that would be evaluated, closed or not. */
export function hasTemplate(text: string): boolean {
  return text.replaceAll('$${', '').includes('${')
}

function expressionAt(text: string, start: number): Exclude<TemplatePart, { text: string }> | TemplateIssue {
  const found = findExpressionEnd(text, start)
  if ('code' in found) return unclosed(text, start, found)
  const expression = text.slice(start, found.end)
  if (expression.trim() === '') {
    const message = '${}: expected an expression between the braces'
    return { code: 'EMPTY_TEMPLATE', start: start - 2, end: found.end + 1, message }
  }
  return { expression, start, end: found.end }
}

type Unclosed = Extract<ReturnType<typeof findExpressionEnd>, { code: string }>

function unclosed(text: string, start: number, found: Unclosed): TemplateIssue {
  const { code, at } = found
  return code === 'UNCLOSED_STRING'
    ? {
        code,
        start: at,
        end: text.length,
        message: `the string that starts with ${text.charAt(at)} is not closed`,
      }
    : { code, start: start - 2, end: text.length, message: '${ is not closed by }' }
}

function isWhole(parts: readonly TemplatePart[]): boolean {
  const [only] = parts
  return parts.length === 1 && only !== undefined && 'expression' in only
}
