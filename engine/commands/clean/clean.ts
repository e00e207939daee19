import { describeError } from '../../base/failure.ts'
import { formatDuration } from '../../base/duration.ts'
import { createKubeClient } from '../../cluster/client.ts'
import type { KubeClient } from '../../cluster/types.ts'
import { leftNamespaces, type LeftNamespace } from '../../run/left-namespaces.ts'
import { removeNamespaces } from '../../run/namespaces.ts'
import { removeStale, staleFolders } from '../../targets/stale-folders.ts'
import { checkCluster, credentialsFor } from '../cluster-target.ts'
import { readProject } from '../project.ts'
import type { TargetFlags } from '../target-flags.ts'
import type { World } from '../world.ts'

export interface CleanOptions extends Pick<TargetFlags, 'context' | 'kubeconfig' | 'yesReally'> {
  readonly dryRun: boolean
  /** Only what this run left, however young it is. */
  readonly run?: string
  /** Milliseconds: what is younger may belong to a run that goes on. */
  readonly olderThan: number
}

/** Removes what aborted runs left. Gives 0, 3 where the cluster cannot be asked, or 5 where something stays. */
export async function clean(options: CleanOptions, world: World): Promise<number> {
  const local = await cleanHere(options, world)
  const remote = options.context === undefined ? 0 : await cleanCluster(options, world)
  return Math.max(local, remote)
}

async function cleanHere({ dryRun }: CleanOptions, { tempFolder, stdout }: World): Promise<number> {
  const stale = staleFolders(tempFolder)
  if (stale.length === 0) stdout.write(`nothing is left in ${tempFolder}\n`)
  let code = 0
  for (const one of stale) {
    const { folder, pids } = one
    const servers = pids.length === 0 ? '' : ` with ${pids.length} processes in it (${pids.join(', ')})`
    if (dryRun) {
      stdout.write(`would remove  ${folder}${servers}\n`)
      continue
    }
    try {
      await removeStale(one)
      stdout.write(`removed  ${folder}${servers}\n`)
    } catch (error) {
      code = 5
      stdout.write(`left     ${folder}: ${describeError(error)}\n         rm -r ${folder}\n`)
    }
  }
  return code
}

async function cleanCluster(options: CleanOptions, world: World): Promise<number> {
  await checkCluster(options, await readProject(world))
  try {
    const credentials = await credentialsFor(options, world)
    const client = createKubeClient(credentials.connection, { clock: world.clock })
    try {
      return await cleanNamespaces(client, options, world)
    } finally {
      client.close()
      credentials.close()
    }
  } catch (error) {
    world.stderr.write(`gwscen: clean: ${options.context ?? ''}: ${describeError(error)}\n`)
    return 3
  }
}

async function cleanNamespaces(
  client: KubeClient,
  { context = '', dryRun, run, olderThan }: CleanOptions,
  { clock, stdout }: World,
): Promise<number> {
  const before = clock.wall() - olderThan
  const found = await leftNamespaces(client, { before, ...(run === undefined ? {} : { run }) })
  const told = (one: LeftNamespace): string =>
    `namespace ${one.name} (run ${one.run}, ${ageOf(one, clock.wall())} old)\n`
  if (found.length === 0) {
    const which = run === undefined ? `older than ${formatDuration(olderThan)}` : `of run ${run}`
    stdout.write(`no namespace ${which} is left on ${context}\n`)
  }
  if (dryRun) {
    for (const one of found) stdout.write(`would remove  ${told(one)}`)
    return 0
  }
  const names = found.map(({ name }) => name)
  const left = await removeNamespaces(names, { client, clock })
  const stays = new Set(left.map(({ what }) => what))
  for (const one of found) if (!stays.has(`namespace ${one.name}`)) stdout.write(`removed  ${told(one)}`)
  for (const { what, reason, command } of left)
    stdout.write(`left     ${what}: ${reason}\n         ${command}\n`)
  return left.length === 0 ? 0 : 5
}

function ageOf({ made }: LeftNamespace, now: number): string {
  return formatDuration(Math.max(0, Math.round((now - made) / 1000)) * 1000)
}
