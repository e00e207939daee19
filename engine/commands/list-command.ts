import type { Command } from 'commander'
import type { Does } from './program.ts'
import { addSelection, pathsOf, selectionOptions } from './schedule-flags.ts'
import type { World } from './world.ts'

export function addList(program: Command, world: World, does: Does): void {
  const command = program
    .command('list')
    .description('List the scenarios that would run; starts nothing.')
    .argument('[paths...]', 'files, folders, file.yaml:12', [])
    .option('--list-tags', 'their tags instead, with how many scenarios bear each', false)
    .option('--json', 'one JSON document', false)
    .option('--pass-with-no-scenarios', 'nothing to list is no error', false)
  addSelection(command, world)
  command.action(
    does(async () => {
      const { list } = await import('./list.ts')
      const { json, listTags, passWithNoScenarios } = command.opts<{
        json: boolean
        listTags: boolean
        passWithNoScenarios: boolean
      }>()
      const what = { paths: pathsOf(command), tagsOnly: listTags, ...selectionOptions(command) }
      return list({ ...what, json, passWithNone: passWithNoScenarios }, world)
    }),
  )
}
