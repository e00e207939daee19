import { Option, type Command } from 'commander'
import { addExamples } from '../examples.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'
import { groupings, type Grouping } from './catalogue.ts'

export function addDocs(program: Command, world: World, does: Does): void {
  const command = program
    .command('docs')
    .description(
      'Write a catalogue of the scenarios: what must hold, by requirement, tag or owner; starts nothing.',
    )
    .argument('[paths...]', 'files, folders', [])
    .addOption(new Option('--format <name>', 'how').choices(['markdown', 'html']).default('markdown'))
    .addOption(new Option('--by <key>', 'what makes a chapter').choices(groupings).default('covers'))
    .option('--out <file>', 'where to; standard output unless given')
  addExamples(command, [
    ['gwscen docs', 'by requirement, as Markdown'],
    ['gwscen docs --format html --out catalogue.html', 'one page that needs nothing else'],
    ['gwscen docs scenarios/dedup --by tags', 'a part, by tag'],
  ])
  command.action(
    does(async () => {
      const { docs } = await import('./docs.ts')
      const { format, by, out } = command.opts<{ format: 'markdown' | 'html'; by: Grouping; out?: string }>()
      return docs({ paths: command.args, format, by, ...(out === undefined ? {} : { out }) }, world)
    }),
  )
}
