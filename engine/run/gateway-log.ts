import { isObject } from '../base/json.ts'
import { PODS } from '../cluster/resource-path.ts'
import type { RestKubeClient } from '../cluster/client.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Deployment } from '../targets/target.ts'
import type { AttemptScope } from './attempt-scope.ts'

export interface GatewayLogQuery {
  readonly client: RestKubeClient
  readonly description: GatewayDescription
  readonly deployment: Deployment
  /** Unix milliseconds. */
  readonly since: number
  /** Whose lines are meant, of a gateway that serves others, too. */
  readonly names: readonly string[]
}

/**
 * The lines that the gateway wrote for an attempt: since it began, and with one of its names, unless the gateway is
 * its own. Rejects as the Kubernetes client does.
 */
export async function gatewayLogOf(query: GatewayLogQuery, signal: AbortSignal): Promise<readonly string[]> {
  const { client, description, deployment, since, names } = query
  const { namespace, exclusive } = deployment
  const { labelSelector } = description.pods.gateway
  const { items } = await client.list(PODS, { namespace, labelSelector }, signal)
  const logs = await Promise.all(
    items.map(({ metadata: { name } }) => client.logs({ namespace, name }, since, signal)),
  )
  return logs
    .flatMap((log) => log.split('\n'))
    .filter((line) => line !== '' && isSince(line, since))
    .filter((line) => exclusive || names.some((name) => line.includes(name)))
}

/** The same for an attempt that is under way. */
export function gatewayLog(attempt: AttemptScope, signal: AbortSignal): Promise<readonly string[]> {
  const { services, startedWall, namespaces, scope } = attempt
  const { client, description } = services
  const { deployment } = attempt.needLink()
  const names = [...Object.values(namespaces), ...scope.uniques]
  return gatewayLogOf({ client, description, deployment, since: startedWall, names }, signal)
}

/** By the line's own stamp, where it bears one; the API server counts in whole seconds. */
function isSince(line: string, wall: number): boolean {
  const stamp = stampOf(line)
  return stamp === undefined || stamp >= wall
}

function stampOf(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const parsed: unknown = JSON.parse(line)
    const ts = isObject(parsed) ? parsed['ts'] : undefined
    const wall = typeof ts === 'number' ? ts * 1000 : Date.parse(String(ts))
    return Number.isNaN(wall) ? undefined : wall
  } catch {
    // A line that only looks like JSON has no stamp that we could read.
    return undefined
  }
}
