import { isObject } from '../../base/json.ts'
import { readMetadata } from './metadata.ts'
import { apiVersionOf, type Resource } from './resource.ts'
import { badRequest } from './status-error.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

type Fields = Readonly<Record<string, unknown>>

/** An object as a client sent it, cut to the shape of its resource. */
export interface Incoming {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Fields
  readonly [field: string]: unknown
}

export interface Shaped {
  readonly object: Incoming
  readonly warnings: readonly string[]
}

/** Checks kind and version, drops what the schema does not know, fills in defaults. Throws a 400 under `Strict` for an unknown field. */
export function shape(body: unknown, resource: Resource, validation: FieldValidation = 'Warn'): Shaped {
  if (!isObject(body)) throw badRequest('the body is not an object')
  const { apiVersion = apiVersionOf(resource), kind = resource.kind } = body
  if (kind !== resource.kind || apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `the object provided is ${show(apiVersion)}, Kind=${show(kind)}, this path takes ${apiVersionOf(resource)}, Kind=${resource.kind}`,
    )
  }
  checkTexts(body, resource)
  const unknown: string[] = []
  const metadata = readMetadata(body['metadata'], unknown)
  const shaped = resource.schema?.shape(body)
  const object = { ...(shaped?.object ?? body), apiVersion, kind, metadata } as Incoming
  unknown.push(...(shaped?.unknown ?? []))
  if (validation === 'Strict' && unknown.length > 0) {
    const list = unknown.map((path) => `unknown field ${JSON.stringify(path)}`).join(', ')
    throw badRequest(
      `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: strict decoding error: ${list}`,
    )
  }
  const warnings = unknown.map((path) => `unknown field ${JSON.stringify(path)}`)
  return { object, warnings: validation === 'Warn' ? warnings : [] }
}

/** Fields of kinds without a schema that are maps of texts, which clients get wrong. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'binaryData'],
  Secret: ['data', 'stringData'],
}

function checkTexts(body: Fields, { group, kind, version }: Resource): void {
  for (const field of (group === '' ? TEXTS[kind] : undefined) ?? []) {
    const value = body[field] ?? {}
    if (isObject(value) && Object.values(value).every((one) => one === null || typeof one === 'string'))
      continue
    throw badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: json: ${kind}.${field} takes texts alone`,
    )
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
