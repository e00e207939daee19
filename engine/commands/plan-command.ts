import type { Command } from 'commander'
import { threadCount, wholeNumber } from './flag-values.ts'
import type { Does } from './program.ts'
import {
  addRepetition,
  addSelection,
  pathsOf,
  repetitionOptions,
  selectionOptions,
} from './schedule-flags.ts'
import { addTarget, targetOptions } from './target-flags.ts'
import { addExclusive, exclusiveOn } from './exclusive-flag.ts'
import type { World } from './world.ts'

const EXAMPLES = `
Takes the flags of run that say what runs and how wide, and starts nothing. With --json every step stands in it with its
templates evaluated, as far as they need no cluster and no step's result.

Examples:
  gwscen plan
  gwscen plan scenarios/dedup --threads 4 --in-flight 8
  gwscen plan --tags 'p0 and not slow' --json
`

export function addPlan(program: Command, world: World, does: Does): void {
  const command = program
    .command('plan')
    .description('Say what would run, in which order, where, and for how long; starts nothing.')
    .argument('[paths...]', 'files, folders, file.yaml:12', [])
    .option('--threads <n>', 'threads, or auto: as many as there are CPUs', threadCount, 'auto')
    .option('--in-flight <n>', 'scenarios in flight per thread (lanes)', wholeNumber)
    .option('--seed <text>', 'names and order follow from it')
    .option('--json', 'one JSON document', false)
  addExclusive(command)
  addTarget(command)
  addSelection(command, world)
  addRepetition(command)
  command.addHelpText('after', EXAMPLES)
  command.action(
    does(async () => {
      const [{ plan }, { readProject }, { applySources }] = await Promise.all([
        import('./plan.ts'),
        import('./project.ts'),
        import('./flag-sources.ts'),
      ])
      const project = await readProject(world)
      applySources(command, world, project.configFile.config)
      const { threads, inFlight, exclusive, seed, json } = command.opts<{
        threads: number | 'auto'
        inFlight?: number
        exclusive?: number
        seed?: string
        json: boolean
      }>()
      const { target } = targetOptions(command)
      const lanes = inFlight === undefined ? {} : { lanes: inFlight }
      const width = { threads, exclusive: exclusiveOn(target, exclusive), ...lanes }
      const flags = { target, ...selectionOptions(command), ...repetitionOptions(command) }
      const named = seed === undefined ? {} : { seed }
      return plan({ paths: pathsOf(command), json, ...width, ...flags, ...named }, project, world)
    }),
  )
}
