import { Broken } from '../base/failure.ts'
import type { Json } from '../base/json.ts'
import { parseTemplate } from '../document/template.ts'

/** A note with `<not set>` where an expression needs what was never set. */
export function noteText(text: string, resolve: (text: string) => Json): string {
  const template = parseTemplate(text)
  if ('code' in template) return text
  return template.parts
    .map((part) => ('text' in part ? part.text : valueOrNotSet(part.expression, resolve)))
    .join('')
}

function valueOrNotSet(expression: string, resolve: (text: string) => Json): string {
  try {
    const value = resolve(`\${${expression}}`)
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch (error) {
    if (error instanceof Broken && ['NOT_SET', 'NO_SUCH_KEY', 'no_such_key'].includes(error.code))
      return '<not set>'
    throw error
  }
}
