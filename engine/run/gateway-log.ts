import { isObject } from '../base/json.ts'
import { PODS } from '../cluster/resource-path.ts'
import type { AttemptScope } from './attempt-scope.ts'

/**
 * The lines that the gateway wrote for this attempt: since it began, and with one of its names, unless the gateway is
 * its own. Rejects as the Kubernetes client does.
 */
export async function gatewayLog(attempt: AttemptScope, signal: AbortSignal): Promise<readonly string[]> {
  const { services, startedWall } = attempt
  const { client, description } = services
  const { namespace, exclusive } = attempt.needLink().deployment
  const { labelSelector } = description.pods.gateway
  const { items } = await client.list(PODS, { namespace, labelSelector }, signal)
  const logs = await Promise.all(
    items.map(({ metadata: { name } }) => client.logs({ namespace, name }, startedWall, signal)),
  )
  const names = [...Object.values(attempt.namespaces), ...attempt.scope.uniques]
  return logs
    .flatMap((log) => log.split('\n'))
    .filter((line) => line !== '' && isSince(line, startedWall))
    .filter((line) => exclusive || names.some((name) => line.includes(name)))
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
