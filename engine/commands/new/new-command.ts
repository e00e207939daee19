import type { Command } from 'commander'
import { addExamples } from '../examples.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'
import { kindNames } from './kinds.ts'

export function addNew(program: Command, world: World, does: Does): void {
  const command = program
    .command('new')
    .description(
      'Write a scenario to go on with: from a template, an alert or a curl command. Never over a file that is there.',
    )
    .argument('<name>', 'a path below scenarios/, or what must hold as a sentence')
    .option('--kind <kind>', `a template: ${kindNames(world.root).join(', ')} (default: dedup)`)
    .option('--from-alert <file>', 'the body of an Alertmanager webhook; - is standard input')
    .option('--from-curl <file>', 'a curl command; - is standard input, to paste it')
  addExamples(command, [
    ['gwscen new dedup/reopened', 'scenarios/dedup/reopened.yaml'],
    ["gwscen new 'A restart loses no alert' --kind outage", 'the sentence is its name'],
    ['gwscen new from-prod --from-alert webhook.json', 'what Alertmanager sent'],
    ['gwscen new pasted --from-curl -', 'paste, then Ctrl-D'],
  ])
  command.action(
    does(async () => {
      const { newScenario } = await import('./new.ts')
      const flags = command.opts<{ kind?: string; fromAlert?: string; fromCurl?: string }>()
      return newScenario({ name: command.args[0] ?? '', ...flags }, world)
    }),
  )
}
