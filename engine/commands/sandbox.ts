import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError } from '../base/failure.ts'
import { checkFaults, embeddedTarget, type EmbeddedFlags } from './embedded-target.ts'
import { onInterrupts } from './interrupts.ts'
import { kubeconfigText } from './kubeconfig.ts'
import type { EmbeddedTarget } from '../targets/embedded.ts'
import { readProject, type Project } from './project.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

export interface SandboxOptions extends EmbeddedFlags {
  readonly profile: string
}

/** Keeps an embedded cluster with one gateway running until a signal comes. Gives the exit code. */
export async function sandbox(options: SandboxOptions, world: World): Promise<number> {
  checkFaults(options.faults)
  const project = await readProject(world)
  const known = Object.keys(project.configurations)
  if (!known.includes(options.profile)) {
    throw new UsageError(`--profile ${options.profile}: no such profile; expected one of ${known.join(', ')}`)
  }
  const stopped = new Promise<void>((resolve) => {
    onInterrupts(world, { first: () => resolve(), second: () => world.exitNow(130) })
  })
  const started = await start(options, project, world)
  if (started === undefined) return 3
  try {
    await announce(started, options, world)
    await stopped
  } finally {
    await started.close()
  }
  return 0
}

async function start(
  options: SandboxOptions,
  project: Project,
  world: World,
): Promise<EmbeddedTarget | undefined> {
  const wanted = { profiles: [options.profile], exclusive: {} }
  try {
    return await embeddedTarget({ ...options, project, wanted, seed: world.freshSeed() }, world)
  } catch (error) {
    world.stderr.write(`the sandbox could not be started: ${describeError(error)}\n`)
    return undefined
  }
}

async function announce(
  { folder, connection, access: [access], gateway, redis }: EmbeddedTarget,
  { profile }: SandboxOptions,
  { stdout, stderr }: World,
): Promise<void> {
  const file = join(folder, 'kubeconfig')
  await writeFile(file, kubeconfigText(connection), { mode: 0o600 })
  stdout.write(
    `export KUBECONFIG=${file} GATEWAY_URL=${access?.gatewayUrl ?? ''} REDIS_URL=${access?.redisUrl ?? ''}\n`,
  )
  stderr.write(
    `# ${gateway}, profile ${profile}, ${redis}; Ctrl-C ends it\n` +
      '# try: kubectl get ns · redis-cli -u "$REDIS_URL" ping · curl "$GATEWAY_URL/ready"\n',
  )
}
