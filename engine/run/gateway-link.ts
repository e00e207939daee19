import { Broken, describeError } from '../base/failure.ts'
import type { RefreshFor } from '../cluster/dialer.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import type { ForwardInfo } from '../events/event.ts'
import type { Settings } from '../gateway/description.ts'
import { createHttp, type Http } from '../http/http.ts'
import { connectRedis, type RedisClient } from '../redis/redis-client.ts'
import type { Deployment } from '../targets/target.ts'
import { openWays, type Ways, type WaysOptions } from './ways.ts'

const CHECK_MS = 5000

/** A thread's own way to one deployment: to the gateway, to Redis, and a client on each. */
export interface GatewayLink {
  readonly deployment: Deployment
  readonly settings: Settings
  readonly url: string
  readonly http: Http
  readonly redis: RedisClient
  readonly forwards: readonly ForwardInfo[]
  /** Grows whenever a forward broke or its pod became another one. */
  epoch(): number
  /** Why a forward last broke. */
  lastError(): string | undefined
  /** Looks which pods there are now, so that `epoch` knows of one that was replaced unnoticed; see `Dialer`. Never rejects. */
  refresh(wanted?: RefreshFor): Promise<void>
  /** New credentials, from the next connection on. */
  update(connection: ClusterConnection): void
  /** Makes sure that both pods can be reached; rejects with `Broken`. */
  check(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface LinkOptions extends WaysOptions {
  /** How long a pod that is just being replaced may take to be back; 0 unless given. */
  readonly patienceMs?: number
}

/** Between the tries to open a link. */
const PAUSE_MS = 500
/** Beyond a network that is not this machine, an answer may take its time. */
const FAR_MS = 10_000

/** Opens both ways and connects to Redis through its own; rejects with `Broken`, and nothing is left open. */
export async function openLink(options: LinkOptions): Promise<GatewayLink> {
  const { clock, patienceMs = 0 } = options
  const deadline = clock.now() + patienceMs
  for (;;) {
    try {
      return await tryToOpen(options)
    } catch (error) {
      if (clock.now() + PAUSE_MS > deadline) throw error
    }
    await clock.sleep(PAUSE_MS)
  }
}

async function tryToOpen(options: LinkOptions): Promise<GatewayLink> {
  let ways: Ways | undefined
  let made: GatewayLink | undefined
  try {
    ways = await openWays(options)
    const client = await connectRedis({ ...ways.redis, clock: options.clock, ...timeoutOf(options) })
    made = link(options, ways, client)
    await made.check()
    return made
  } catch (cause) {
    const reason = ways?.lastError()
    await (made ?? ways)?.close()
    if (cause instanceof Broken) throw cause
    const { name } = options.deployment
    throw new Broken({
      code: 'UNREACHABLE',
      message: `${name} cannot be reached: ${reason ?? describeError(cause)}`,
      cause,
    })
  }
}

/** What is patient with pods is patient with answers. */
function timeoutOf({ patienceMs = 0 }: LinkOptions): { readonly timeoutMs?: number } {
  return patienceMs > 0 ? { timeoutMs: FAR_MS } : {}
}

function link(
  { deployment, description, clock, patienceMs = 0 }: LinkOptions,
  ways: Ways,
  redis: RedisClient,
): GatewayLink {
  const url = ways.gateway
  const http = createHttp({ clock, maxSockets: 64, ...ways.wire })
  const { namespace, version } = deployment
  return {
    deployment,
    settings: description.settings.read(deployment.configuration, { namespace, version, url }),
    url,
    http,
    redis,
    get forwards() {
      return ways.forwards
    },
    epoch: () => ways.epoch(),
    lastError: () => ways.lastError(),
    refresh: (wanted) => ways.refresh(wanted),
    update: (connection) => ways.update(connection),
    check: async (signal) => {
      try {
        const health = {
          method: 'GET',
          url: `${url}${description.paths.health}`,
          timeoutMs: patienceMs > 0 ? FAR_MS : CHECK_MS,
          signal,
        }
        // What it answers is for the scenarios to judge; that it answers shows that the way is open.
        await Promise.all([http.exchange(health), redis.command('PING')])
      } catch (cause) {
        signal?.throwIfAborted()
        const reason = ways.lastError() ?? describeError(cause)
        throw new Broken({
          code: 'UNREACHABLE',
          message: `${deployment.name} cannot be reached: ${reason}`,
          cause,
        })
      }
    },
    close: async () => {
      http.close()
      await redis.close()
      await ways.close()
    },
  }
}
