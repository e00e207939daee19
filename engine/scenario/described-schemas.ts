import type { JsonObject } from '../base/json.ts'
import type { GatewayDescription } from '../gateway/description.ts'

/** The schemas that a gateway's description adds, under the names of their validators. */
export function describedSchemas({
  signals,
  keys,
}: GatewayDescription): Readonly<Record<string, JsonObject>> {
  return {
    ...Object.fromEntries(Object.entries(signals).map(([name, { schema }]) => [`signals_${name}`, schema])),
    ...Object.fromEntries(Object.entries(keys).map(([name, { schema }]) => [`keys_${name}`, schema])),
  }
}

/** The name of a description as part of a name in code. */
export function describedName({ name }: GatewayDescription): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '_')
}
