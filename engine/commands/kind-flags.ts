import type { Command } from 'commander'

/** What the command line says of a kind cluster that gwscen makes, and of what runs in it. */
export interface KindFlags {
  readonly kindCluster: string
  readonly gatewayImage?: string
  readonly redisImage: string
  /** `GWSCEN_KIND_NODE_IMAGE`, else what kind is made for, unless given. */
  readonly nodeImage?: string
  readonly nodeBaseImage: string
}

export const KIND_CLUSTER = 'gwscen'

export function addKindImages(command: Command): void {
  command
    .option('--gateway-image <image>', 'another gateway than the reference gateway, for kind')
    .option('--redis-image <image>', 'Redis, for kind', 'redis:7-alpine')
    .option(
      '--node-image <image>',
      'nodes of kind (default: GWSCEN_KIND_NODE_IMAGE, else what kind is made for)',
    )
    .option('--node-base-image <image>', 'what the image of the reference gateway stands on', 'node:20-slim')
}

export function kindOptions(command: Command): KindFlags {
  const { kindCluster, name, gatewayImage, redisImage, nodeImage, nodeBaseImage } = command.opts<{
    kindCluster?: string
    name?: string
    gatewayImage?: string
    redisImage: string
    nodeImage?: string
    nodeBaseImage: string
  }>()
  return {
    kindCluster: kindCluster ?? name ?? KIND_CLUSTER,
    redisImage,
    nodeBaseImage,
    ...(gatewayImage === undefined ? {} : { gatewayImage }),
    ...(nodeImage === undefined ? {} : { nodeImage }),
  }
}
