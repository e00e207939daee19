import type { Tools } from '../provision/kind/tools.ts'
import type { Target, Wanted } from '../targets/target.ts'
import { checkCluster, clusterTarget } from './cluster-target.ts'
import { checkDeploy } from './check-deploy.ts'
import { checkFaults, embeddedTarget, type EmbeddedFlags } from './embedded-target.ts'
import { kindTarget } from './kind-target.ts'
import type { Project } from './project.ts'
import { slowly } from './slowly.ts'
import type { TargetFlags } from './target-flags.ts'
import { UsageError } from './usage-error.ts'
import { urlsTarget } from './urls-target.ts'
import { virtualTarget } from './virtual-target.ts'
import type { World } from './world.ts'

export interface ProvisionFlags extends TargetFlags, EmbeddedFlags {
  /** For kind; default: the programs on the PATH. */
  readonly tools?: Tools
}

export interface ProvisionRequest extends ProvisionFlags {
  readonly project: Project
  readonly wanted: Wanted
  readonly seed: string
}

/** For what runs nowhere else. */
export const embeddedOnly: TargetFlags = {
  target: 'embedded',
  gatewayUrls: {},
  redisUrls: {},
  kind: { kindCluster: '', redisImage: '', nodeBaseImage: '' },
}

/** Refuses what the command line says of the target and cannot be, before anything is started; throws `UsageError`. */
export async function checkTarget(flags: ProvisionFlags, project: Project): Promise<void> {
  checkFaults(flags.faults)
  if (flags.target === 'embedded') return
  if (flags.faults.length > 0)
    throw new UsageError(
      `--fault and --gateway-preset change the embedded gateway, not --target ${flags.target}`,
    )
  if (flags.target === 'kind') return
  const context = await checkCluster(flags, project)
  if (flags.target === 'cluster') checkDeploy(flags, context)
}

/** Longer than what comes along needs on a machine that does nothing else. */
const PATIENCE_MS = 3000

/** Brings up, or finds, what scenarios run against. */
export function provisionTarget(request: ProvisionRequest, world: World): Promise<Target> {
  const { target } = request
  // A kind cluster tells of its parts; nobody waits before a log for what is there in a moment.
  if (target === 'kind' || !world.stderr.isTTY) return provision(request, world)
  const say = (line: string): void => world.stderr.write(`${line}\n`)
  const telling = { clock: world.clock, say, patienceMs: PATIENCE_MS }
  return slowly(`the ${target} target`, () => provision(request, world), telling)
}

function provision(request: ProvisionRequest, world: World): Promise<Target> {
  switch (request.target) {
    case 'embedded':
      return request.clock === 'virtual'
        ? Promise.resolve(virtualTarget(request))
        : embeddedTarget(request, world)
    case 'kind':
      return kindTarget(request, world)
    case 'cluster':
      return clusterTarget(request, world)
    case 'urls':
      return urlsTarget(request, world)
  }
}
