import { describeError } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { EventOf, EventType, KubernetesEvent } from '../events/event.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { gatewayLogOf } from './gateway-log.ts'
import { kubernetesEvents } from './kubernetes-events.ts'
import { orAbort } from './observed-objects.ts'
import type { AttemptOrder } from './protocol.ts'
import type { Services } from './services.ts'

/** Nobody waits longer for what only explains. */
const COLLECT_MS = 10_000
/** What is kept of a log and of events; the newest. */
const MOST_LOG_BYTES = 1024 * 1024
const MOST_EVENTS = 500
const MOST_KEYS = 50

export interface DiagnosticsRequest {
  readonly order: AttemptOrder
  readonly services: Services
  /** When the attempt began, Unix milliseconds. */
  readonly since: number
  /** Unique names of its namespaces. */
  readonly namespaces: readonly string[]
  /** Further names by which its lines are known. */
  readonly names: readonly string[]
  /** What replies to it were about, in the Redis of its gateway; absent where it had none. */
  readonly keys?: { readonly redis: Pick<RedisClient, 'look'>; readonly names: readonly string[] }
}

type Telling<T extends EventType> = Omit<EventOf<T>, 'seq' | 'at'>

/** What the gateway, its Redis and the cluster have to say of an attempt that did not pass. Bounded in time and size; never rejects. */
export async function collectDiagnostics(
  request: DiagnosticsRequest,
): Promise<readonly (Telling<'key:seen'> | Telling<'diagnostics:collected'>)[]> {
  const { order, services } = request
  const limit = new AbortController()
  const late = new Error(`not there within ${formatDuration(COLLECT_MS)}`)
  const release = services.clock.after(COLLECT_MS, () => limit.abort(late))
  try {
    const [log, events, keys] = await Promise.all([
      attempted('the log of the gateway', () => logOf(request, limit.signal)),
      attempted('events of Kubernetes', () => eventsOf(request, limit.signal)),
      attempted('keys of Redis', () => orAbort(keysOf(request), limit.signal)),
    ])
    const { kept, left } = newest(log.found)
    const where = { scenario: order.scenario.id, attempt: order.attempt }
    return [
      ...keys.found.map((seen) => ({ type: 'key:seen', ...where, ...seen }) as const),
      {
        ...{ type: 'diagnostics:collected', ...where },
        ...{ gatewayLog: kept, logLinesLeftOut: left, kubernetes: events.found },
        missing: [...log.missing, ...events.missing, ...keys.missing],
      },
    ]
  } finally {
    release()
  }
}

interface Attempted<T> {
  readonly found: readonly T[]
  readonly missing: readonly string[]
}

async function attempted<T>(what: string, look: () => Promise<readonly T[]>): Promise<Attempted<T>> {
  try {
    return { found: await look(), missing: [] }
  } catch (error) {
    return { found: [], missing: [`${what}: ${describeError(error)}`] }
  }
}

async function logOf(request: DiagnosticsRequest, signal: AbortSignal): Promise<readonly string[]> {
  const { services, order, since, namespaces, names } = request
  const deployment = services.deployments?.find(({ name }) => name === order.deployment)
  // By address: who knows where it writes to.
  if (deployment === undefined || deployment.addresses !== undefined) return []
  const { client, description } = services
  return gatewayLogOf({ client, description, deployment, since, names: [...namespaces, ...names] }, signal)
}

async function eventsOf(
  { services, order, since, namespaces }: DiagnosticsRequest,
  signal: AbortSignal,
): Promise<readonly KubernetesEvent[]> {
  const { client } = services
  const deployment = services.deployments?.find(({ name }) => name === order.deployment)
  const places = [...namespaces, ...(deployment === undefined ? [] : [deployment.namespace])]
  const found = await Promise.all(
    places.map((namespace) =>
      kubernetesEvents(client, { namespace, since }, signal).catch((error: unknown) => {
        // A namespace that was never made.
        if (error instanceof ApiError && error.status === 404) return []
        throw error
      }),
    ),
  )
  return found
    .flat()
    .sort((a, b) => (a.wall ?? 0) - (b.wall ?? 0))
    .slice(-MOST_EVENTS)
}

async function keysOf({ keys }: DiagnosticsRequest) {
  if (keys === undefined) return []
  const { redis, names } = keys
  return Promise.all(
    names.slice(0, MOST_KEYS).map(async (key) => {
      const { type: is, value, ttlMs } = await redis.look(key)
      return { key, is, value, ...(ttlMs === null ? {} : { ttlMs }) }
    }),
  )
}

function newest(lines: readonly string[]): { readonly kept: readonly string[]; readonly left: number } {
  let bytes = 0
  let from = lines.length
  while (from > 0) {
    bytes += Buffer.byteLength(lines[from - 1] ?? '') + 1
    if (bytes > MOST_LOG_BYTES) break
    from -= 1
  }
  return { kept: lines.slice(from), left: from }
}
