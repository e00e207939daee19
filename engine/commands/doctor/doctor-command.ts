import { Option, type Command } from 'commander'
import { targetKinds } from '../../base/target-kind.ts'
import { addExamples } from '../examples.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'

export function addDoctor(program: Command, world: World, does: Does): void {
  const command = program
    .command('doctor')
    .description(
      'Look whether a run could work: this machine, the cluster, its gateways and their Redis; with the command that mends what is missing. Exit code 3 where a run could not work.',
    )
    .addOption(new Option('--target <kind>', 'what to run against').choices(targetKinds).default('embedded'))
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option('--kubeconfig <file>', 'the kubeconfig (default: as kubectl finds it)')
    .option('--yes-really <context>', 'look at this context although allowedContexts does not name it')
    .option('--json', 'one JSON document', false)
  addExamples(command, [
    ['gwscen doctor', 'for the embedded target; the rest is told, and does not count'],
    ['gwscen doctor --target cluster --context kind-gwscen', 'for gateways on a cluster'],
    ['gwscen doctor --json', 'for machines'],
  ])
  command.action(
    does(async () => {
      const { doctor } = await import('./doctor.ts')
      const flags = command.opts<{
        target: string
        context?: string
        kubeconfig?: string
        yesReally?: string
        json: boolean
      }>()
      return doctor(flags, world)
    }),
  )
}
