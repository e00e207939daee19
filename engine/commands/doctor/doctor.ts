import { describeError } from '../../base/failure.ts'
import { createKubeClient } from '../../cluster/client.ts'
import { contextOf } from '../../cluster/kubeconfig.ts'
import { checkCluster, credentialsFor } from '../cluster-target.ts'
import { paintedFor } from '../painted.ts'
import { readProject, type Project } from '../project.ts'
import type { TargetFlags } from '../target-flags.ts'
import { UsageError } from '../usage-error.ts'
import type { World } from '../world.ts'
import { bad, neededBy, off, ok, type Check } from './check.ts'
import { checkLines } from './check-lines.ts'
import { crdChecks, rightsCheck } from './cluster-checks.ts'
import { gatewayChecks, gatewayPlaces } from './gateway-checks.ts'
import { machineChecks } from './this-machine.ts'
import { toolsOf, type RunTool } from './tools.ts'

export interface DoctorOptions extends Pick<TargetFlags, 'context' | 'kubeconfig' | 'yesReally'> {
  /** What is to be run against; what that needs decides the exit code. */
  readonly target: string
  readonly json: boolean
}

/** Looks whether a run could work, and says what mends it where not. Gives 0, or 3. */
export async function doctor(
  options: DoctorOptions,
  world: World,
  run: RunTool = toolsOf(world.env),
): Promise<number> {
  const project = await readProject(world)
  const machine = await machineChecks({
    nodeVersion: process.versions.node,
    tempFolder: world.tempFolder,
    root: world.root,
    run,
    target: options.target,
    kubectlFlags: kubectlFlags(options),
  })
  const checks = [...machine, configCheck(project), ...(await clusterPart(options, project, world))]
  const code = checks.some(({ state }) => state === 'bad') ? 3 : 0
  if (options.json)
    world.stdout.write(`${JSON.stringify({ target: options.target, ok: code === 0, checks }, null, 2)}\n`)
  else
    world.stdout.write(paintedFor(world.stdout, {}, world)(checkLines(checks, options.target, world.unicode)))
  return code
}

function kubectlFlags({ context, kubeconfig }: DoctorOptions): readonly string[] {
  return [
    ...(context === undefined ? [] : ['--context', context]),
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
  ]
}

function configCheck({ configFile: { config, problems } }: Project): Check {
  if (problems.length > 0) return bad('configuration', `${problems.length} problems`, 'gwscen validate')
  return config.file === undefined
    ? off('configuration', 'no gwscen.config.yaml; nothing needs one', 'gwscen init')
    : ok('configuration', config.file)
}

/** A cluster is looked at where it was asked for, or is one that tests may use anyway. */
async function clusterPart(
  options: DoctorOptions,
  project: Project,
  world: World,
): Promise<readonly Check[]> {
  const isNeeded = options.target !== 'embedded' || options.context !== undefined
  const context = await contextCheck(options, project)
  if (context.state !== 'ok') return [neededBy(isNeeded, context)]
  const checks = [context, ...(await onCluster(options, project, world))]
  return checks.map((check) => neededBy(isNeeded, check))
}

async function contextCheck(options: DoctorOptions, project: Project): Promise<Check> {
  const { context: asked, kubeconfig } = options
  const source = {
    ...(asked === undefined ? {} : { context: asked }),
    ...(kubeconfig === undefined ? {} : { path: kubeconfig }),
  }
  try {
    const context = await contextOf(source)
    await checkCluster(options, project)
    return ok('context', `${context}, which tests may use`)
  } catch (error) {
    const mend = error instanceof UsageError ? 'kubectl config use-context kind-gwscen' : 'gwscen cluster up'
    return bad('context', describeError(error), mend)
  }
}

async function onCluster(options: DoctorOptions, project: Project, world: World): Promise<readonly Check[]> {
  const { description, crds, configFile } = project
  const reach = 'kubectl cluster-info'
  try {
    const credentials = await credentialsFor(options, world)
    const { connection } = credentials
    const client = createKubeClient(connection, { clock: world.clock, retryMs: 2_000, timeoutMs: 5_000 })
    try {
      const type = await client.resourceType('v1', 'Namespace')
      if (type === undefined) return [bad('API server', `${connection.server} knows no namespaces`, reach)]
      const look = { client, description, crds, root: world.root, connection, clock: world.clock }
      const mapped = Object.entries(configFile.config.profiles ?? {}).flatMap(([profile, { namespace }]) =>
        namespace === undefined ? [] : [[profile, namespace] as const],
      )
      const gateways = { ...look, mapped: Object.fromEntries(mapped) }
      const places = await gatewayPlaces(gateways)
      return [
        ok('API server', `${connection.server} answers`),
        ...(await crdChecks(look)),
        await rightsCheck(look, places),
        ...(await gatewayChecks(gateways, places)),
      ]
    } finally {
      client.close()
      credentials.close()
    }
  } catch (error) {
    return [bad('API server', describeError(error), reach)]
  }
}
