import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'

export function addInit(program: Command, world: World, does: Does): void {
  const command = program
    .command('init')
    .description(
      'Write a project to begin with: configuration, three scenarios, editor settings and a CI workflow. What is there already is left as it is.',
    )
    .argument('[folder]', 'where; made if it is not there', '.')
    .option('-y, --yes', 'do not ask before files are added to a folder that is not empty', false)
  addExamples(command, [
    ['gwscen init', 'here'],
    ['gwscen init e2e/alerts', 'in a folder of its own'],
    ['gwscen init --yes && gwscen run', 'from nothing to green'],
  ])
  command.action(
    does(async () => {
      const { init } = await import('./init.ts')
      const { yes } = command.opts<{ yes: boolean }>()
      return init({ folder: command.args[0] ?? '.', yes }, world)
    }),
  )
}
