import { Option, type Command } from 'commander'
import { addExamples } from '../examples.ts'
import { duration } from '../flag-values.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'
import type { CleanOptions } from './clean.ts'

export function addClean(program: Command, world: World, does: Does): void {
  const command = program
    .command('clean')
    .description(
      'Remove what an aborted run left: its folders and Redis servers on this machine and, with --context, its namespaces on a cluster. What belongs to a run that goes on stays.',
    )
    .option('--dry-run', 'list it, remove nothing', false)
    .option('--context <name>', 'look on this cluster, too')
    .option('--kubeconfig <file>', 'the kubeconfig (default: as kubectl finds it)')
    .option('--yes-really <context>', 'use this context although allowedContexts does not name it')
    .option('--run <id>', 'only namespaces of this run, however young')
    .addOption(
      new Option('--older-than <duration>', 'namespaces that are younger stay')
        .argParser(duration)
        .default(3_600_000, '1h'),
    )
  addExamples(command, [
    ['gwscen clean --dry-run', 'what is left on this machine'],
    ['gwscen clean --context kind-gwscen', 'and on a cluster, older than an hour'],
    ['gwscen clean --context kind-gwscen --run 1f2e3d4c', 'what one run left there'],
  ])
  command.action(
    does(async () => {
      const { clean } = await import('./clean.ts')
      return clean(command.opts<CleanOptions>(), world)
    }),
  )
}
