import { Broken } from '../base/failure.ts'
import type { Json } from '../base/json.ts'
import { parseTemplate } from '../document/template.ts'

type Resolve = (text: string) => Json

/** A note; a value that is not a text stands there as JSON. */
export function noteText(text: string, resolve: Resolve): string {
  return shown(resolve(text))
}

/** A note with `<not set>` where an expression needs what was never set. */
export function lenientNoteText(text: string, resolve: Resolve): string {
  const template = parseTemplate(text)
  if ('code' in template) return text
  return template.parts
    .map((part) => ('text' in part ? part.text : valueOrNotSet(part.expression, resolve)))
    .join('')
}

function valueOrNotSet(expression: string, resolve: Resolve): string {
  try {
    return shown(resolve(`\${${expression}}`))
  } catch (error) {
    if (error instanceof Broken && ['NOT_SET', 'NO_SUCH_KEY'].includes(error.code)) return '<not set>'
    throw error
  }
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
