import type { ErrorObject } from 'ajv'

import { valueAt } from '../../../base/json.ts'
import type { Cause } from '../status-error.ts'
import { fieldPath } from './structural.ts'

/** What a validator said about `object`, in the words of the API server. */
export function causeOf(error: ErrorObject, object: unknown): Cause {
  const keys = pointerKeys(error.instancePath)
  const field = keys.reduce<string>((path, key) => fieldPath(path, key), '')
  const value = valueAt(object, keys)
  const params = error.params as Readonly<Record<string, unknown>>
  switch (error.keyword) {
    case 'required': {
      const missing = fieldPath(field, String(params['missingProperty']))
      return { reason: 'FieldValueRequired', message: 'Required value', field: missing }
    }
    case 'enum': {
      const allowed = (params['allowedValues'] as readonly unknown[]).filter((one) => one !== null)
      const supported = allowed.map((one) => JSON.stringify(one)).join(', ')
      return {
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`,
        field,
      }
    }
    case 'type': {
      const wanted = [params['type']].flat().find((type) => type !== 'null')
      const message = `Invalid value: "${typeName(value)}": ${field} in body must be of type ${String(wanted)}: "${typeName(value)}"`
      return { reason: 'FieldValueTypeInvalid', message, field }
    }
    case 'maxLength':
      return {
        reason: 'FieldValueTooLong',
        message: `Too long: may not be more than ${String(params['limit'])} bytes`,
        field,
      }
    default: {
      const shown = JSON.stringify(typeof value === 'object' ? typeName(value) : value)
      const message = `Invalid value: ${shown}: ${field} in body ${complaint(error.keyword, params)}`
      return { reason: 'FieldValueInvalid', message, field }
    }
  }
}

function complaint(keyword: string, params: Readonly<Record<string, unknown>>): string {
  const limit = String(params['limit'])
  switch (keyword) {
    case 'pattern':
      return `should match '${String(params['pattern'])}'`
    case 'format':
      return `must be of type ${String(params['format'])}`
    case 'minLength':
      return `should be at least ${limit} chars long`
    case 'minItems':
      return `should have at least ${limit} items`
    case 'maxItems':
      return `should have at most ${limit} items`
    case 'minProperties':
      return `should have at least ${limit} properties`
    case 'maxProperties':
      return `should have at most ${limit} properties`
    case 'minimum':
      return `should be greater than or equal to ${limit}`
    case 'maximum':
      return `should be less than or equal to ${limit}`
    case 'exclusiveMinimum':
      return `should be greater than ${limit}`
    case 'exclusiveMaximum':
      return `should be less than ${limit}`
    case 'uniqueItems':
      return "shouldn't contain duplicates"
    default:
      return `does not fit the keyword ${keyword} of its schema`
  }
}

function pointerKeys(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
