import { InvalidArgumentError, type Command } from 'commander'
import type { Does } from './program.ts'
import type { World } from './world.ts'

/** The reference gateway as a process of its own, with the flags of the program it stands for. */
export function addGateway(program: Command, world: World, does: Does): void {
  const command = program
    .command('gateway')
    .description(
      'Serve the reference gateway alone, against a Redis and a cluster: SIGTERM or Ctrl-C drains and ends it.',
    )
    .option('--config <file>', 'the configuration', 'config/gateway.yaml')
    .option('--redis <address>', 'Redis, pinged at the start; wins over the file', 'localhost:6379')
    .option('--redis-db <n>', 'its database', database, 0)
    .option('--listen <address>', 'where to listen; wins over the file', ':8080')
    .option('--kubeconfig <file>', 'default: KUBECONFIG, the pod’s service account, ~/.kube/config', '')
    .option('--fault <name>', 'bend it by this fault (repeatable)', more, [])
    .option('--preset <name>', 'bend it by all faults of a preset (repeatable)', more, [])
  command.action(
    does(async () => {
      const { gateway } = await import('./gateway.ts')
      const { fault, preset, ...flags } = command.opts<{
        config: string
        redis: string
        redisDb: number
        listen: string
        kubeconfig: string
        fault: readonly string[]
        preset: readonly string[]
      }>()
      return gateway({ ...flags, faults: [...preset, ...fault] }, world)
    }),
  )
}

function database(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 0.')
}

function more(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text]
}
