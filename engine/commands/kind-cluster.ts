import type { Phases } from '../provision/phases.ts'
import { RecordFolder, recordsFolder } from '../provision/kind/record.ts'
import { systemTools, type Tools } from '../provision/kind/tools.ts'
import { clusterUp, type Up } from '../provision/kind/up.ts'
import type { Wanted } from '../targets/target.ts'
import type { KindFlags } from './kind-flags.ts'
import type { Project } from './project.ts'
import type { World } from './world.ts'

export interface KindRequest {
  readonly flags: KindFlags
  readonly project: Project
  readonly wanted: Wanted
  readonly phases: Phases
  readonly signal: AbortSignal
  readonly say: (text: string) => void
  /** Default: the programs on the PATH. */
  readonly tools?: Tools
}

export function recordOf(name: string, { env }: Pick<World, 'env'>): RecordFolder {
  return new RecordFolder(recordsFolder(env), name)
}

/** The kind cluster of a project with the gateways that are wanted. */
export function bringUp(request: KindRequest, world: World): Promise<Up> {
  const { flags, project, wanted, phases, signal, say, tools = systemTools(world.env) } = request
  const { description, configFile, configurations, crds, policy } = project
  const nodeImage = flags.nodeImage ?? world.env['GWSCEN_KIND_NODE_IMAGE']
  const { gatewayVersion } = configFile.config
  return clusterUp({
    name: flags.kindCluster,
    record: recordOf(flags.kindCluster, world),
    ...(nodeImage === undefined || nodeImage === '' ? {} : { nodeImage }),
    root: world.root,
    tempFolder: world.tempFolder,
    clock: world.clock,
    tools,
    signal,
    say,
    wanted,
    configurations,
    description,
    crds,
    policy,
    phases,
    images: {
      base: flags.nodeBaseImage,
      redis: flags.redisImage,
      ...(flags.gatewayImage === undefined ? {} : { gateway: flags.gatewayImage }),
      ...(gatewayVersion === undefined ? {} : { gatewayVersion }),
    },
  })
}
