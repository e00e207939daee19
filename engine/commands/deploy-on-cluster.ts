import type { ClusterConnection } from '../cluster/types.ts'
import { buildGatewayImage, gatewayImageName } from '../provision/kind/gateway-image.ts'
import { loadImages } from '../provision/kind/images.ts'
import { systemTools } from '../provision/kind/tools.ts'
import { Phases } from '../provision/phases.ts'
import { putGateways, versionOfImage } from '../provision/put-gateways.ts'
import { KIND } from './check-deploy.ts'
import type { ProvisionRequest } from './provision-target.ts'
import type { Deployment } from '../targets/target.ts'
import { slowly } from './slowly.ts'
import type { World } from './world.ts'

/**
 * Puts the gateways that a run wants on a cluster; what stands is left as it is. Gives all of them, ready; rejects with
 * what does not come up.
 */
export async function deployOnCluster(
  request: ProvisionRequest,
  { connection, context }: { readonly connection: ClusterConnection; readonly context: string },
  world: World,
): Promise<readonly Deployment[]> {
  const { project, wanted, kind } = request
  const { root, tempFolder, clock } = world
  const stop = new AbortController()
  const unlisten = world.onSignal((signal) => stop.abort(new Error(`stopped by ${signal}`)))
  const say = (text: string): void => world.stderr.write(`${text}\n`)
  const phases = new Phases(clock, (name, work) => slowly(`${context}: ${name}`, work, { clock, say }))
  const { signal } = stop
  const image = kind.gatewayImage ?? (await gatewayImageName({ root, base: kind.nodeBaseImage }))
  const local = { tools: systemTools(world.env), signal }
  const bringImages = async (): Promise<string> => {
    if (kind.gatewayImage === undefined)
      await buildGatewayImage(image, { root, base: kind.nodeBaseImage, tempFolder, ...local })
    return loadImages({ ...local, cluster: context.slice(KIND.length), images: [image, kind.redisImage] })
  }
  try {
    const { deployments } = await putGateways({
      ...project,
      ...{ connection, wanted, clock, phases, signal },
      version: versionOfImage(kind.gatewayImage, project.configFile.config.gatewayVersion),
      images: { gateway: image, redis: kind.redisImage },
      ...(context.startsWith(KIND) ? { bringImages } : {}),
    })
    return deployments
  } finally {
    unlisten()
  }
}
