import type { Json } from '../base/json.ts'
import type { Credentials } from '../cluster/credentials.ts'
import type { Deployment, Target, Wanted } from './target.ts'

export interface UrlsOptions {
  readonly credentials: Credentials
  readonly wanted: Wanted
  /** Profile → URLs, and where the gateway itself runs if it does so on the cluster. */
  readonly addresses: Readonly<
    Record<string, Partial<NonNullable<Deployment['addresses']>> & { readonly namespace?: string }>
  >
  /** Profile → the gateway's configuration file, parsed. */
  readonly configurations: Readonly<Record<string, Json>>
  readonly gatewayVersion?: string
}

/** Gateways and Redis that are reached by address, with a cluster for their objects. Throws a sentence when one is missing. */
export function startUrls(options: UrlsOptions): Target {
  const { credentials, wanted, gatewayVersion = 'unknown' } = options
  const deployments = wanted.profiles.map((profile): Deployment => {
    const { namespace, ...addresses } = addressesOf(profile, options)
    return {
      name: profile,
      profile,
      exclusive: false,
      namespace: namespace ?? 'default',
      version: gatewayVersion,
      configuration: options.configurations[profile] ?? {},
      addresses,
    }
  })
  return {
    name: `urls with ${credentials.connection.context}`,
    get connection() {
      return credentials.connection
    },
    deployments,
    redis: 'redis by address',
    gateway: `${gatewayVersion} gateway`,
    access: deployments.map(({ name, addresses }) => ({
      deployment: name,
      gatewayUrl: addresses?.gateway ?? '',
      redisUrl: addresses?.redis ?? '',
    })),
    reset: (name) => Promise.reject(new Error(`${name} is not ours to reset`)),
    patienceMs: 30_000,
    credentials,
    close: () => {
      credentials.close()
      return Promise.resolve()
    },
  }
}

function addressesOf(profile: string, { addresses }: UrlsOptions) {
  const { gateway, redis, namespace } = addresses[profile] ?? {}
  const missing = [
    ...(gateway === undefined ? [`--gateway-url ${profile}=http://…`] : []),
    ...(redis === undefined ? [`--redis-url ${profile}=redis://…`] : []),
  ]
  if (gateway === undefined || redis === undefined)
    throw new Error(
      `nobody says where profile ${profile} is: give ${missing.join(' and ')}, or both under profiles: in gwscen.config.yaml`,
    )
  return { gateway: gateway.replace(/\/+$/, ''), redis, ...(namespace === undefined ? {} : { namespace }) }
}
