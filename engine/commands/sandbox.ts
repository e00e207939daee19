import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError } from '../base/failure.ts'
import { embeddedTarget, type EmbeddedFlags } from './embedded-target.ts'
import { onInterrupts } from './interrupts.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { readProject } from './project.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

export interface SandboxOptions extends EmbeddedFlags {
  readonly profile: string
}

/** Keeps an embedded cluster with one gateway running until a signal comes. Gives the exit code. */
export async function sandbox(options: SandboxOptions, world: World): Promise<number> {
  const project = await readProject(world)
  const known = Object.keys(project.configurations)
  if (!known.includes(options.profile)) {
    throw new UsageError(`--profile ${options.profile}: no such profile; expected one of ${known.join(', ')}`)
  }
  const stopped = new Promise<void>((resolve) => {
    onInterrupts(world, { first: () => resolve(), second: () => world.exitNow(130) })
  })
  try {
    const wanted = { profiles: [options.profile], exclusive: {} }
    const target = await embeddedTarget({ ...options, project, wanted, seed: world.freshSeed() }, world)
    const file = join(target.folder, 'kubeconfig')
    await writeFile(file, kubeconfigText(target.connection), { mode: 0o600 })
    const [access] = target.access
    world.stdout.write(
      `export KUBECONFIG=${file} GATEWAY_URL=${access?.gatewayUrl ?? ''} REDIS_URL=${access?.redisUrl ?? ''}\n`,
    )
    world.stderr.write(
      `# ${target.gateway}, profile ${options.profile}, ${target.redis}; Ctrl-C ends it\n` +
        '# try: kubectl get ns · redis-cli -u "$REDIS_URL" ping · curl "$GATEWAY_URL/ready"\n',
    )
    await stopped
    await target.close()
    return 0
  } catch (error) {
    world.stderr.write(`the sandbox could not be started: ${describeError(error)}\n`)
    return 3
  }
}
