import { Ajv } from 'ajv'

import type { Cause } from '../status-error.ts'
import { causeOf } from './causes.ts'
import { applyDefaults } from './defaults.ts'
import { FORMATS } from './formats.ts'
import { toJsonSchema } from './json-schema.ts'
import { prune } from './prune.ts'
import { brokenRules, checkRules } from './rules.ts'
import type { StructuralSchema } from './structural.ts'

type Fields = Readonly<Record<string, unknown>>

/** The schema of one version of a custom resource, ready for use. */
export interface ObjectSchema {
  readonly openapi: StructuralSchema
  /** Without unknown fields, whose paths are listed, and with defaults filled in. */
  shape(object: Fields): { readonly object: Fields; readonly unknown: readonly string[] }
  /** What stands against storing `object` in place of `previous`. */
  validate(object: Fields, previous: Fields | undefined): readonly Cause[]
}

/** Not part of any custom schema: the server itself sees to these. */
const OWN_FIELDS = ['apiVersion', 'kind', 'metadata']

/** Throws when the schema has a rule or a pattern that cannot be used. */
export function objectSchema(openapi: StructuralSchema): ObjectSchema {
  checkRules(openapi, '')
  const body = bodyOf(openapi)
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    meta: false,
    validateSchema: false,
    unicodeRegExp: false,
    formats: FORMATS,
  })
  const validator = ajv.compile(toJsonSchema(body))
  return {
    openapi,
    shape(object) {
      const unknown: string[] = []
      const pruned = prune(fieldsOf(object, false), body, '', unknown)
      const filled = applyDefaults(pruned, body) as Fields
      return { object: { ...fieldsOf(object, true), ...filled }, unknown }
    },
    validate(object, previous) {
      const fields = fieldsOf(object, false)
      if (!validator(fields)) return (validator.errors ?? []).map((error) => causeOf(error, fields))
      return previous === undefined ? [] : brokenRules(fields, fieldsOf(previous, false), body)
    },
  }
}

function fieldsOf(object: Fields, own: boolean): Fields {
  return Object.fromEntries(Object.entries(object).filter(([key]) => OWN_FIELDS.includes(key) === own))
}

/** The schema of everything but the server's own fields. */
function bodyOf({ properties = {}, required, ...rest }: StructuralSchema): StructuralSchema {
  const own = Object.entries(properties).filter(([key]) => !OWN_FIELDS.includes(key))
  const names = Array.isArray(required) ? required.filter((key) => !OWN_FIELDS.includes(String(key))) : []
  return { ...rest, required: names, properties: Object.fromEntries(own) }
}
