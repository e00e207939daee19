import type { GatewayDescription } from './description.ts'
import { kubernaut } from './kubernaut-2025-11/index.ts'

/** Every gateway the engine knows, by the name that a configuration gives. A new one is a folder and a line here. */
export const descriptions = { [kubernaut.name]: kubernaut } as const satisfies Record<
  string,
  GatewayDescription
>

export const builtInDescription: GatewayDescription = kubernaut
