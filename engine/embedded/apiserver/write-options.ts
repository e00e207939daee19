import type { ApiRequest } from './api-request.ts'
import type { FieldValidation } from './incoming.ts'
import type { Target, WriteOptions } from './objects.ts'
import { badRequest } from './status-error.ts'

export function targetOf({ resource, namespace, name }: ApiRequest): Target {
  return { resource, namespace, name: name ?? '' }
}

/** Reads fieldValidation and dryRun. Throws a 400 for a value that is none. */
export function writeOptions({ query, subresource }: ApiRequest): WriteOptions {
  const validation = query.get('fieldValidation') ?? 'Warn'
  if (!isFieldValidation(validation)) {
    throw badRequest(`fieldValidation: expected Strict, Warn or Ignore, got ${validation}`)
  }
  return { fieldValidation: validation, dryRun: isDryRun(query), status: subresource === 'status' }
}

function isFieldValidation(text: string): text is FieldValidation {
  return ['Strict', 'Warn', 'Ignore'].includes(text)
}

export function isDryRun(query: URLSearchParams): boolean {
  const wanted = query.getAll('dryRun').filter((value) => value !== '')
  if (wanted.some((value) => value !== 'All')) throw badRequest('dryRun: the only value is All')
  return wanted.length > 0
}
