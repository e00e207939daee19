import { isObject } from '../base/json.ts'
import { pathText, type Path, type Span } from '../base/span.ts'
import type { Document } from '../document/document.ts'

/** The places of all values below these keys of a file, by dotted path, and of what holds them. */
export function valueSpans(document: Document, keys: readonly string[]): Readonly<Record<string, Span>> {
  const spans: Record<string, Span> = {}
  const visit = (value: unknown, path: Path): void => {
    spans[pathText(path)] = document.span(path)
    if (Array.isArray(value)) value.forEach((item, index) => visit(item, [...path, index]))
    else if (isObject(value)) for (const [key, member] of Object.entries(value)) visit(member, [...path, key])
  }
  const file = document.value as Readonly<Record<string, unknown>>
  for (const key of keys) if (file[key] !== undefined) visit(file[key], [key])
  return spans
}
