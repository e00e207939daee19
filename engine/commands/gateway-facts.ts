import type { GatewayFacts } from '../events/event.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Deployment } from '../targets/target.ts'

/** Deployment → what scenarios are told of its gateway. */
export function gatewayFacts(
  deployments: readonly Deployment[],
  { settings }: GatewayDescription,
): Readonly<Record<string, GatewayFacts>> {
  const facts = deployments.map(
    ({ name, version, namespace, configuration }) =>
      [name, { version, settings: settings.read(configuration, { namespace, version, url: '' }) }] as const,
  )
  return Object.fromEntries(facts)
}
