import { join } from 'node:path'
import type { Json } from '../../base/json.ts'
import type { ClusterConnection } from '../../cluster/types.ts'
import type { GatewayDescription } from '../../gateway/description.ts'
import type { Wanted } from '../../targets/target.ts'
import type { Deployed } from '../deploy.ts'
import type { Phases } from '../phases.ts'
import { putGateways, versionOfImage } from '../put-gateways.ts'
import { ensureCluster, type KindCluster, type KindOptions } from './cluster.ts'
import { buildGatewayImage, gatewayImageName } from './gateway-image.ts'
import { loadImages } from './images.ts'

export interface UpRequest extends Omit<KindOptions, 'configFile' | 'onMaking'> {
  /** Folder of the package. */
  readonly root: string
  readonly tempFolder: string
  readonly wanted: Wanted
  readonly configurations: Readonly<Record<string, Json>>
  readonly description: GatewayDescription
  readonly crds: readonly Json[]
  /** The text of the gateway's priority policy. */
  readonly policy: string
  readonly images: WantedImages
  readonly phases: Phases
}

export interface WantedImages {
  /** Of another gateway; default: the reference gateway, built here. */
  readonly gateway?: string
  /** What `--gateway-image` is said to be; default: its tag. */
  readonly gatewayVersion?: string
  /** What the reference gateway's image stands on. */
  readonly base: string
  readonly redis: string
}

export interface Up {
  readonly connection: ClusterConnection
  /** Whether the cluster was there. */
  readonly cluster: string
  readonly deployed: Deployed
  /** Image of the gateways. */
  readonly gateway: string
}

/** From whatever there is to a kind cluster with every wanted gateway ready, all side by side that can be. */
export async function clusterUp(request: UpRequest): Promise<Up> {
  const { root, images, phases } = request
  const { gateway: given, base } = images
  const naming = given === undefined ? gatewayImageName({ root, base }) : Promise.resolve(given)
  const build = once(async () => {
    if (given !== undefined) return
    const image = await naming
    await phases.run('build', () => buildGatewayImage(image, { ...request, base }))
  })
  const configFile = join(root, 'kind', 'cluster.yaml')
  let cluster: KindCluster | undefined
  const ready = phases.run('cluster', async () => {
    const made = ensureCluster({
      ...request,
      configFile,
      onMaking: () => void build().catch(() => undefined),
    })
    cluster = await made
    return cluster.note
  })
  const [image] = await Promise.all([naming, ready])
  const { connection, note } = cluster as unknown as KindCluster
  const bringImages = async (): Promise<string> => {
    await build()
    return loadImages({ ...request, cluster: request.name, images: [image, images.redis] })
  }
  const deployed = await putGateways({
    ...request,
    connection,
    version: versionOfImage(images.gateway, images.gatewayVersion),
    images: { gateway: image, redis: images.redis },
    bringImages,
  })
  return { connection, cluster: note, deployed, gateway: image }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= work())
}
