import { ApiError } from '../cluster/api-error.ts'
import { CONFIG_MAPS, NAMESPACES, PODS } from '../cluster/resource-path.ts'
import type { KubeClient, KubeObject } from '../cluster/types.ts'
import { describeError } from '../base/failure.ts'
import { valueAt, type Json } from '../base/json.ts'
import { EXCLUSIVE_LABEL, MANAGED_BY, MANAGED_LABEL, PROFILE_LABEL, VERSION_LABEL } from './labels.ts'
import type { Deployment, Wanted } from './target.ts'

/** Where the configuration says that a profile's gateways run. */
export interface Mapped {
  readonly namespace?: string
  readonly exclusive?: readonly string[]
}

export interface DiscoverOptions {
  readonly client: KubeClient
  readonly wanted: Wanted
  /** Profile → where it is; all others are looked for by the labels of their namespaces. */
  readonly mapped: Readonly<Record<string, Mapped>>
  /** Of the gateway's pods. */
  readonly gatewaySelector: string
  /** Which ConfigMap of the namespace has the gateway's configuration, and under which key. */
  readonly configuration: { readonly configMap: string; readonly key: string }
  /** Where its pods do not say it. */
  readonly gatewayVersion?: string
  /** Reads YAML. */
  readonly parse: (text: string) => Json
}

/** Where a gateway and its Redis are. */
export interface Place {
  readonly name: string
  readonly profile: string
  readonly exclusive: boolean
  readonly namespace: string
}

/** The deployments that a run needs, as they are on the cluster. Rejects with what was looked for and what is there. */
export async function discover(options: DiscoverOptions): Promise<readonly Deployment[]> {
  const { wanted, mapped } = options
  const isMapped = (profile: string): boolean => mapped[profile]?.namespace !== undefined
  const labelled = wanted.profiles.every(isMapped) ? [] : await byLabel(options.client)
  const places = [
    ...Object.entries(mapped).flatMap(placesOf),
    ...labelled.filter((one) => !isMapped(one.profile)),
  ]
  const missing = wanted.profiles.filter(
    (profile) => !places.some((place) => place.profile === profile && !place.exclusive),
  )
  if (missing.length > 0) throw new Error(missingText(missing, places))
  const chosen = wanted.profiles.flatMap((profile) => {
    const own = places.filter((place) => place.profile === profile)
    const shared = own.filter(({ exclusive }) => !exclusive).slice(0, 1)
    return [...shared, ...own.filter(({ exclusive }) => exclusive).slice(0, wanted.exclusive[profile] ?? 0)]
  })
  return Promise.all(chosen.map((place) => describe(place, options)))
}

/** Those that namespaces say of themselves; not of namespaces that are on their way out. */
export async function byLabel(client: KubeClient): Promise<readonly Place[]> {
  const { items } = await client.list(NAMESPACES, { labelSelector: GATEWAY_NAMESPACES })
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(placeIn)
    .sort((a, b) => a.namespace.localeCompare(b.namespace, 'en', { numeric: true }))
}

/** Selects the namespaces that say of themselves that a gateway runs in them. */
const GATEWAY_NAMESPACES = `${MANAGED_LABEL}=${MANAGED_BY},${PROFILE_LABEL}`

/** What such a namespace says. */
function placeIn({ metadata: { name, labels = {} } }: KubeObject): Place {
  return {
    name: name.replace(/^gwscen-/, ''),
    profile: labels[PROFILE_LABEL] ?? '',
    exclusive: labels[EXCLUSIVE_LABEL] === 'true',
    namespace: name,
  }
}

function placesOf([profile, { namespace, exclusive = [] }]: readonly [string, Mapped]): readonly Place[] {
  if (namespace === undefined) return []
  const alone = exclusive.map((one, index) => ({
    name: `${profile}-x${index + 1}`,
    profile,
    exclusive: true,
    namespace: one,
  }))
  return [{ name: profile, profile, exclusive: false, namespace }, ...alone]
}

function missingText(missing: readonly string[], places: readonly Place[]): string {
  const there = places.map(({ profile, namespace }) => `${profile} in ${namespace}`)
  const found = there.length === 0 ? 'no gateway of any profile' : there.join(', ')
  const what = missing.length === 1 ? `profile ${missing[0] ?? ''} is` : `profiles ${missing.join(', ')} are`
  const labels = `${MANAGED_LABEL}=${MANAGED_BY} and ${PROFILE_LABEL}=${missing[0] ?? ''}`
  return (
    `${what} nowhere on this cluster: expected a namespace labelled ${labels}, found ${found}; ` +
    `say where it runs under profiles: in gwscen.config.yaml (profiles: { ${missing[0] ?? ''}: { namespace: … } })`
  )
}

async function describe(place: Place, options: DiscoverOptions): Promise<Deployment> {
  const [configuration, version] = await Promise.all([
    configurationIn(place, options),
    versionIn(place, options),
  ])
  return { ...place, configuration, version }
}

/** What the gateway was deployed with, so that scenarios read its real timers. */
async function configurationIn({ namespace }: Place, options: DiscoverOptions): Promise<Json> {
  const { configMap, key } = options.configuration
  const where = `ConfigMap ${namespace}/${configMap}`
  const object = await found(options.client.get(CONFIG_MAPS, { namespace, name: configMap }), where)
  const text = valueAt(object, ['data', key])
  if (typeof text !== 'string')
    throw new Error(`${where} has no ${key}, which is the gateway's configuration`)
  try {
    return options.parse(text)
  } catch (cause) {
    throw new Error(`${where}, ${key}: ${describeError(cause)}`, { cause })
  }
}

async function found(asked: Promise<KubeObject>, what: string): Promise<KubeObject> {
  try {
    return await asked
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.status !== 404) throw cause
    throw new Error(`${what} is not there; it has the gateway's configuration, which scenarios read`, {
      cause,
    })
  }
}

async function versionIn({ namespace }: Place, options: DiscoverOptions): Promise<string> {
  const { client, gatewaySelector, gatewayVersion = 'unknown' } = options
  const { items } = await client.list(PODS, { namespace, labelSelector: gatewaySelector })
  const labels = items.map(({ metadata }) => metadata.labels?.[VERSION_LABEL])
  return labels.find((label) => label !== undefined) ?? gatewayVersion
}
