import { isAbsolute, join } from 'node:path'
import type { Json } from '../base/json.ts'
import { openCredentials, type Credentials } from '../cluster/credentials.ts'
import { contextOf, type KubeconfigSource } from '../cluster/kubeconfig.ts'
import { parsePlain } from '../document/plain.ts'
import { startCluster, type ReadyDeployments } from '../targets/cluster.ts'
import type { Target } from '../targets/target.ts'
import type { Project } from './project.ts'
import type { ProvisionRequest } from './provision-target.ts'
import type { TargetFlags } from './target-flags.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

/** Clusters that people make on their own machines for trying things. */
const USUAL_CONTEXTS = ['kind-*']

/** The context; throws `UsageError` when it is not one that tests may use. The environment cannot allow one. */
export async function checkCluster(
  flags: Pick<TargetFlags, 'context' | 'kubeconfig' | 'yesReally'>,
  { configFile: { config } }: Pick<Project, 'configFile'>,
): Promise<string> {
  const context = await contextOf(sourceOf(flags)).catch((error: unknown) => {
    throw new UsageError((error as Error).message)
  })
  const { allowedContexts = USUAL_CONTEXTS } = config
  if (flags.yesReally === context || allowedContexts.some((pattern) => fits(pattern, context))) return context
  const asked = flags.yesReally === undefined ? '' : ` (--yes-really names ${flags.yesReally})`
  throw new UsageError(
    `context ${context} is none that tests may use${asked}: allowedContexts has ${allowedContexts.join(', ')}; ` +
      `if you mean it, --yes-really ${context}, or name it under allowedContexts: in gwscen.config.yaml`,
  )
}

function fits(pattern: string, context: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(context)
}

export async function clusterTarget(request: ProvisionRequest, world: World): Promise<Target> {
  const credentials = await credentialsFor(request, world)
  const { connection } = credentials
  const named = { ...request, credentials, name: `cluster ${connection.context}` }
  if (request.deploy !== true) return openCluster(named, world)
  const { deployOnCluster } = await import('./deploy-on-cluster.ts')
  try {
    const deployments = await deployOnCluster(request, { connection, context: connection.context }, world)
    return await openCluster({ ...named, ready: { deployments, redis: request.kind.redisImage } }, world)
  } catch (error) {
    credentials.close()
    throw error
  }
}

export interface OpenRequest extends Pick<ProvisionRequest, 'project' | 'wanted' | 'seed'> {
  readonly credentials: Credentials
  /** For the header. */
  readonly name: string
  /** What has just been found ready, and need not be looked for. */
  readonly ready?: ReadyDeployments
}

/** The gateways of a project as they run on a cluster. */
export function openCluster(
  { project, wanted, seed, credentials, name, ready }: OpenRequest,
  { clock }: Pick<World, 'clock'>,
): Promise<Target> {
  const { description, configFile } = project
  return startCluster({
    clock,
    seed,
    name,
    credentials,
    wanted,
    ready,
    mapped: configFile.config.profiles ?? {},
    pods: description.pods,
    configuration: description.configuration,
    ...(configFile.config.gatewayVersion === undefined
      ? {}
      : { gatewayVersion: configFile.config.gatewayVersion }),
    parse: (text) => (parsePlain(text)[0] ?? null) as Json,
  })
}

export function credentialsFor(
  flags: Pick<TargetFlags, 'context' | 'kubeconfig'>,
  { clock, stderr, cwd }: Pick<World, 'clock' | 'stderr' | 'cwd'>,
): Promise<Credentials> {
  const onWarning = (text: string): void => stderr.write(`warning: ${text}\n`)
  return openCredentials({ ...sourceOf(flags, cwd), clock, onWarning })
}

function sourceOf(
  { context, kubeconfig }: Pick<TargetFlags, 'context' | 'kubeconfig'>,
  cwd = '.',
): KubeconfigSource {
  const path = kubeconfig === undefined || isAbsolute(kubeconfig) ? kubeconfig : join(cwd, kubeconfig)
  return {
    ...(path === undefined ? {} : { path }),
    ...(context === undefined ? {} : { context }),
  }
}
