import { startUrls } from '../targets/urls.ts'
import type { Target } from '../targets/target.ts'
import { credentialsFor } from './cluster-target.ts'
import type { ProvisionRequest } from './provision-target.ts'
import type { World } from './world.ts'

/** Gateways by address; flags win over the configuration. */
export async function urlsTarget(request: ProvisionRequest, world: World): Promise<Target> {
  const { project, wanted, gatewayUrls, redisUrls } = request
  const { profiles = {}, gatewayVersion } = project.configFile.config
  const addresses = wanted.profiles.map((profile) => {
    const { gateway, redis, namespace } = profiles[profile] ?? {}
    const [first, second] = [gatewayUrls[profile] ?? gateway, redisUrls[profile] ?? redis]
    return [
      profile,
      {
        ...(first === undefined ? {} : { gateway: first }),
        ...(second === undefined ? {} : { redis: second }),
        ...(namespace === undefined ? {} : { namespace }),
      },
    ] as const
  })
  return startUrls({
    credentials: await credentialsFor(request, world),
    wanted,
    addresses: Object.fromEntries(addresses),
    configurations: project.configurations,
    ...(gatewayVersion === undefined ? {} : { gatewayVersion }),
  })
}
