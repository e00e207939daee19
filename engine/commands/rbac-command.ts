import type { Command } from 'commander'
import { addExclusiveOnCluster } from './exclusive-flag.ts'
import type { Does } from './program.ts'
import type { World } from './world.ts'

const EXAMPLES = `
Examples:
  gwscen cluster rbac | kubectl apply -f -
  kubectl create token gwscen-runner -n gwscen --duration 2h
`

export function addRbac(cluster: Command, world: World, does: Does): void {
  const command = cluster
    .command('rbac')
    .description('Print the least that a run on a cluster must be allowed, as a manifest; changes nothing.')
    .option('--namespace <name>', 'where the ServiceAccount is', 'gwscen')
    .option('--profiles <names>', 'the profiles that run there, with commas between (default: all)')
    .addHelpText('after', EXAMPLES)
  addExclusiveOnCluster(command)
  command.action(
    does(async () => {
      const [{ rbac }, { readProject }] = await Promise.all([import('./rbac.ts'), import('./project.ts')])
      const { namespace, profiles, exclusive } = command.opts<{
        namespace: string
        profiles?: string
        exclusive: number
      }>()
      const chosen = profiles === undefined ? {} : { profiles: profiles.split(',') }
      return rbac({ namespace, exclusive, ...chosen }, await readProject(world), world)
    }),
  )
}
