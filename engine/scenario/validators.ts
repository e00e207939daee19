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

/** Those of a gateway's description that were compiled at build time; undefined for one that was not there then. */
export function compiledValidators(description: GatewayDescription): DescribedValidators | undefined {
  const names = Object.keys(describedSchemas(description))
  const found = names.map((name) => [name, gateways[`${describedName(description)}_${name}`]] as const)
  const isWhole = found.every(([, validator]) => validator !== undefined)
  return isWhole ? (Object.fromEntries(found) as DescribedValidators) : undefined
}
