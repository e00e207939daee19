import * as ofGateways from '../gateway/validators.generated.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import * as ofLanguage from './generated/validators.generated.ts'
import { describedName, describedSchemas } from './described-schemas.ts'

/** One complaint of a compiled validator, in ajv's form. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The key that a complaint within `propertyNames` is about. */
  readonly propertyName?: string
}

export interface Validator {
  (value: unknown): boolean
  errors?: readonly SchemaError[] | null
}

/** Validators of what a gateway's description adds, by `signals_NAME` and `keys_NAME`. */
export type DescribedValidators = Readonly<Record<string, Validator>>

// The generated modules are not typed: they export validators alone, under the names the generator was given.
const language = ofLanguage as unknown as Readonly<Record<string, Validator>>
const gateways = ofGateways as unknown as Readonly<Record<string, Validator>>

/** A validator of the language itself, such as `verb_send`. */
export function validatorOf(name: string): Validator {
  const validator = language[name]
  if (validator === undefined) throw new Error(`no validator ${name}: run npm run schemas`)
  return validator
}

/** Those compiled at build time; a description without them is compiled now. */
export async function describedValidators(description: GatewayDescription): Promise<DescribedValidators> {
  const schemas = describedSchemas(description)
  const known = Object.keys(schemas).map(
    (name) => [name, gateways[`${describedName(description)}_${name}`]] as const,
  )
  if (known.every(([, validator]) => validator !== undefined))
    return Object.fromEntries(known) as DescribedValidators
  const { compileSchema } = await import('./compile.ts')
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, compileSchema(schema) as unknown as Validator]),
  )
}
