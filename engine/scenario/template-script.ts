import { isObject, type Json, type JsonObject } from '../base/json.ts'
import type { Document } from '../document/document.ts'
import type { Template } from './scenario.ts'
import { templateOf } from './template-file.ts'
import { valueSpans } from './value-spans.ts'

/** A template as it is run; `uses` leads from the words in it to other templates. */
export function templateScript(document: Document, uses: Readonly<Record<string, string>>): Template {
  const file = document.value as Readonly<Record<string, unknown>>
  const declared = isObject(file['inputs']) ? file['inputs'] : {}
  const inputs = Object.entries(templateOf(file, false).inputs).map(([name, { type }]) => {
    const input = declared[name]
    const fallback = isObject(input) ? input['default'] : undefined
    return [name, { type, ...(fallback === undefined ? {} : { default: fallback as Json }) }] as const
  })
  return {
    file: document.file,
    inputs: Object.fromEntries(inputs),
    outputs: (file['outputs'] ?? {}) as JsonObject,
    steps: (file['steps'] ?? []) as readonly JsonObject[],
    spans: valueSpans(document, ['outputs', 'steps']),
    uses,
  }
}
