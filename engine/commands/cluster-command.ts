import type { Command } from 'commander'
import type { Config } from '../scenario/config-file.ts'
import { addExclusiveOnCluster } from './exclusive-flag.ts'
import { applySources } from './flag-sources.ts'
import { addKindImages, KIND_CLUSTER, kindOptions } from './kind-flags.ts'
import type { Does } from './program.ts'
import { addRbac } from './rbac-command.ts'
import type { World } from './world.ts'

/** The kind cluster that `run --target kind` runs on. */
export function addCluster(program: Command, world: World, does: Does): void {
  const cluster = program
    .command('cluster')
    .description('A kind cluster with a gateway and a Redis per profile: make it, look at it, remove it.')
  addUp(cluster, world, does)
  addDown(cluster, world, does)
  addStatus(cluster, world, does)
  addRbac(cluster, world, does)
}

function addUp(cluster: Command, world: World, does: Does): void {
  const command = named(cluster.command('up'))
    .description('Make the cluster, or what of it is missing; what stands is used as it is.')
    .option('--profiles <names>', 'the profiles to deploy, with commas between (default: all)', commaList)
  addExclusiveOnCluster(command)
  addKindImages(command)
  command.action(
    does(async () => {
      const [{ up }, { readProject }] = await Promise.all([import('./cluster.ts'), import('./project.ts')])
      const project = await readProject(world)
      applyNamed(command, world, project.configFile.config)
      const { profiles, exclusive } = command.opts<{ profiles?: readonly string[]; exclusive: number }>()
      const options = { ...kindOptions(command), exclusive, ...(profiles === undefined ? {} : { profiles }) }
      return up(options, project, world)
    }),
  )
}

function addDown(cluster: Command, world: World, does: Does): void {
  const command = named(cluster.command('down')).description(
    'Remove the cluster that `cluster up` made, and nothing else.',
  )
  command.action(
    does(async () => {
      const { down } = await import('./cluster.ts')
      return down(nameOf(command, world), world)
    }),
  )
}

function addStatus(cluster: Command, world: World, does: Does): void {
  const command = named(cluster.command('status'))
    .description('What there is of the cluster, its nodes and its gateways; changes nothing.')
    .option('--json', 'one JSON document', false)
  command.action(
    does(async () => {
      const { status } = await import('./cluster.ts')
      const { json } = command.opts<{ json: boolean }>()
      return status({ name: nameOf(command, world), json }, world)
    }),
  )
}

function named(command: Command): Command {
  return command.option('--name <name>', 'name of the cluster', KIND_CLUSTER)
}

function nameOf(command: Command, world: World): string {
  applyNamed(command, world, { allowedKinds: [], run: {} })
  return command.opts<{ name: string }>().name
}

/** What `run` knows as --kind-cluster is --name here; the name that `run` filters by is something else. */
function applyNamed(command: Command, { env }: World, config: Config): void {
  const { name: _, kindCluster, ...run } = config.run
  applySources(
    command,
    { env: { ...env, GWSCEN_NAME: env['GWSCEN_KIND_CLUSTER'] } },
    { ...config, run: { ...run, ...(kindCluster === undefined ? {} : { name: kindCluster }) } },
  )
}

function commaList(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim())
}
