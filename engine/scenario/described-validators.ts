import type { GatewayDescription } from '../gateway/description.ts'
import { describedSchemas } from './described-schemas.ts'
import { compiledValidators, type DescribedValidators, type Validator } from './validators.ts'

/** Validators of what a description adds: from build time, or compiled now for a gateway that was not there then. */
export async function describedValidators(description: GatewayDescription): Promise<DescribedValidators> {
  const known = compiledValidators(description)
  if (known !== undefined) return known
  const { compileSchema } = await import('./compile.ts')
  const schemas = Object.entries(describedSchemas(description))
  return Object.fromEntries(
    schemas.map(([name, schema]) => [name, compileSchema(schema) as unknown as Validator]),
  )
}
