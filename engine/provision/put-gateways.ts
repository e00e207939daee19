import type { Json } from '../base/json.ts'
import { createKubeClient } from '../cluster/client.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import { createWatchHub } from '../cluster/watch-hub.ts'
import { deploymentsFor } from '../targets/deployments.ts'
import type { Wanted } from '../targets/target.ts'
import { deploy, type Deployed, type DeployRequest } from './deploy.ts'

type Passed = 'clock' | 'description' | 'crds' | 'policy' | 'phases' | 'signal' | 'images' | 'bringImages'

export interface GatewaysRequest extends Pick<DeployRequest, Passed> {
  readonly connection: ClusterConnection
  readonly wanted: Wanted
  readonly configurations: Readonly<Record<string, Json>>
  /** What a gateway is called in labels and in `${gateway.version}`. */
  readonly version: string
}

/** Makes the wanted gateways that a cluster lacks, each in a namespace of its own, and waits until all are ready. */
export async function putGateways(request: GatewaysRequest): Promise<Deployed> {
  const { connection, clock } = request
  const client = createKubeClient(connection, { clock, maxSockets: 16, timeoutMs: 30_000, retryMs: 30_000 })
  const hub = createWatchHub({ connection, clock })
  try {
    return await deploy({ ...request, client, hub, deployments: deploymentsFor(request) })
  } finally {
    hub.close()
    client.close()
  }
}

/** What an image of a gateway is said to be: its tag, where nobody says it. */
export function versionOfImage(image: string | undefined, said: string | undefined): string {
  if (image === undefined) return 'documented'
  return said ?? /:([^:/]+)$/.exec(image)?.[1] ?? 'latest'
}
