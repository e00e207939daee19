import { describeError } from '../base/failure.ts'
import type { Leftover } from '../events/event.ts'
import type { Ledger } from './ledger.ts'
import type { GatewayLink } from './gateway-link.ts'
import { namespaceLeft, removeNamespaces } from './namespaces.ts'
import type { ObservedObjects } from './observed-objects.ts'
import { persevere } from './persevere.ts'
import type { Services } from './services.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { KubeObject } from '../cluster/types.ts'

/** A Redis whose forward was cut, or whose pod was replaced, is back by then. */
const KEYS_GONE_WITHIN_MS = 20_000

export interface CleanupOptions {
  readonly services: Pick<Services, 'client' | 'clock' | 'description'>
  /** Absent where there is no gateway, or no way to it. */
  readonly link: GatewayLink | undefined
  readonly namespaces: readonly string[]
  readonly observed: ObservedObjects | undefined
  readonly ledger: Ledger | undefined
  /** For an attempt whose thread was lost, so that its ledger may not be complete. */
  readonly lost?: {
    /** Objects elsewhere that are this attempt's although its ledger does not know of them. */
    readonly isOwn: (object: KubeObject) => boolean
  }
}

/** Removes everything an attempt made: objects elsewhere, namespaces, Redis keys. Tells what stayed; never rejects. */
export async function cleanUp(options: CleanupOptions): Promise<readonly Leftover[]> {
  const strays = await removeStrays(options)
  const namespaces = await removeNamespaces(options.namespaces, options.services)
  const keys = await removeKeys(options)
  return [...strays, ...namespaces, ...keys]
}

/** Objects that came of this attempt's signals but lie outside its namespaces. */
async function removeStrays({
  observed,
  ledger,
  namespaces,
  services: { client, description },
  lost,
}: CleanupOptions): Promise<readonly Leftover[]> {
  if (observed === undefined || ledger === undefined) return []
  if (ledger.entries.length === 0 && lost === undefined) return []
  const strays = observed
    .sightings()
    .map(({ object }) => object)
    .filter((object) => !namespaces.includes(object.metadata.namespace ?? ''))
    .filter(
      (object) =>
        lost?.isOwn(object) === true ||
        ledger.entries.some((entry) => description.ledger.accounts(object, entry)),
    )
  const removed = strays.map(
    async ({ kind, metadata: { namespace, name } }): Promise<Leftover | undefined> => {
      const type = description.kinds[kind]?.type
      try {
        if (type !== undefined) await client.delete(type, { namespace, name })
        return undefined
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined
        const what = `${kind} ${namespace ?? ''}/${name}`
        const command = `kubectl delete ${type?.plural ?? kind} -n ${namespace ?? 'default'} ${name}`
        return { what, reason: describeError(error), command }
      }
    },
  )
  return (await Promise.all(removed)).filter((leftover) => leftover !== undefined)
}

async function removeKeys({
  link,
  ledger,
  namespaces,
  services: { clock },
  lost,
}: CleanupOptions): Promise<readonly Leftover[]> {
  if (link === undefined || ledger === undefined) return []
  const { redis, deployment } = link
  if (ledger.entries.length + ledger.senderKeys.size === 0 && lost === undefined) return []
  const remove = async (): Promise<void> => {
    const named = await Promise.all(namespaces.map((namespace) => redis.scan(`*${namespace}*`)))
    const keys = [...new Set([...ledger.keys(deployment.version), ...ledger.senderKeys, ...named.flat()])]
    if (keys.length > 0) await redis.command('DEL', ...keys)
  }
  try {
    await persevere(remove, { clock, ms: KEYS_GONE_WITHIN_MS })
    return []
  } catch (error) {
    return namespaces.map((namespace) => keysLeft(namespace, describeError(error)))
  }
}

/** What nobody has removed, or even looked for. */
export function leftBehind(namespaces: readonly string[], reason: string): readonly Leftover[] {
  return namespaces.flatMap((name) => [namespaceLeft(name, reason), keysLeft(name, reason)])
}

export function keysLeft(namespace: string, reason: string): Leftover {
  const what = `Redis keys with ${namespace} in their names`
  return { what, reason, command: `redis-cli --scan --pattern '*${namespace}*' | xargs -r redis-cli del` }
}
