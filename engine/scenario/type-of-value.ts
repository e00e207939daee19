import type { JsonObject } from '../base/json.ts'
import { isObject } from '../base/json.ts'
import { hasTemplate } from '../document/template.ts'
import { DURATION } from './duration-format.ts'

/** Whether a value is of a schema's type; a template may be of any. */
export function describesType({ type, format }: JsonObject, value: unknown): boolean {
  if (typeof value === 'string' && hasTemplate(value)) return true
  switch (type) {
    case 'string':
      return typeof value === 'string' && (format !== 'duration' || DURATION.test(value))
    case 'integer':
      return Number.isInteger(value)
    case 'number':
    case 'boolean':
      return typeof value === type
    case 'array':
      return Array.isArray(value)
    default:
      return isObject(value)
  }
}
