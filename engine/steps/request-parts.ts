import { isObject } from '../base/json.ts'

/** Header names in lower case, values as text. */
export function lowerKeys(headers: unknown): Record<string, string> {
  if (!isObject(headers)) return {}
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}

/** A text goes out as it stands, anything else as JSON, nothing as no body. */
export function requestBody(body: unknown): string | undefined {
  if (body === undefined || typeof body === 'string') return body
  return JSON.stringify(body)
}
