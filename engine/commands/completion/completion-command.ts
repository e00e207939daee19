import { Argument, type Command } from 'commander'
import { addExamples } from '../examples.ts'
import type { Does } from '../program.ts'
import type { World } from '../world.ts'
import { candidatesFor } from './complete.ts'
import { scripts, shells, type Shell } from './scripts.ts'

/** `gwscen completion SHELL` prints a script; that asks `gwscen complete` at each press of Tab. */
export function addCompletion(program: Command, world: World, does: Does): void {
  const command = program
    .command('completion')
    .description(
      'Print a script that completes commands, flags, choices, and what the project has: scenarios, tags, profiles.',
    )
    .addArgument(new Argument('<shell>', 'whose').choices(shells))
  addExamples(command, [
    ['eval "$(gwscen completion bash)"', 'in ~/.bashrc'],
    ['eval "$(gwscen completion zsh)"', 'in ~/.zshrc, behind compinit'],
    ['gwscen completion fish | source', 'in ~/.config/fish/config.fish'],
  ])
  command.action(
    does(() => {
      // Commander has checked the choice.
      world.stdout.write(scripts[command.args[0] as Shell])
      return Promise.resolve(0)
    }),
  )
  const complete = program.command('complete', { hidden: true }).argument('[words...]', '', [])
  complete.action(
    does(async () => {
      await tellCandidates(program, complete.args, world)
      return 0
    }),
  )
}

async function tellCandidates(program: Command, words: readonly string[], world: World): Promise<void> {
  const { words: known, dynamic } = candidatesFor(program, words)
  const { dynamicWords } = await import('./dynamic-words.ts')
  const found = dynamic === undefined ? [] : await dynamicWords(dynamic, world).catch((): string[] => [])
  const begun = words.at(-1) ?? ''
  for (const word of [...known, ...found]) if (word.startsWith(begun)) world.stdout.write(`${word}\n`)
}
