import { Argument, Option, type Command } from 'commander'
import type { Does } from './program.ts'
import { schemaNames, type SchemaName } from './schema.ts'
import type { ValidateOptions } from './validate.ts'
import type { World } from './world.ts'

/** The commands that read scenarios and start nothing. */
export function addLanguageCommands(program: Command, world: World, does: Does): void {
  addValidate(program, world, does)
  addSchema(program, world, does)
  addExplain(program, world, does)
  addConfig(program, world, does)
}

function addValidate(program: Command, world: World, does: Does): void {
  const command = program
    .command('validate')
    .description('Check every file and show all problems at once; starts nothing.')
    .argument('[paths...]', 'files, folders', [])
    .addOption(
      new Option('--format <name>', 'how to print problems')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option('--fix', 'mend what a suggestion makes certain; everything else stays byte for byte', false)
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', '\nLayout is not checked: use Prettier for that.\n')
  command.action(
    does(async () => {
      const { validate } = await import('./validate.ts')
      const { format, fix, color } = command.opts<{
        format: ValidateOptions['format']
        fix: boolean
        color: 'auto' | 'always' | 'never'
      }>()
      return validate({ paths: command.args, format, fix, colour: color }, world)
    }),
  )
}

function addSchema(program: Command, world: World, does: Does): void {
  const command = program
    .command('schema')
    .description('Print the JSON schema that editors complete and check files with, or that of the events.')
    .addArgument(new Argument('[name]', 'which').choices(schemaNames).default('scenario'))
  command.action(
    does(async () => {
      const { schema } = await import('./schema.ts')
      // Commander has checked the choice.
      return schema((command.args[0] ?? 'scenario') as SchemaName, world)
    }),
  )
}

function addExplain(program: Command, world: World, does: Does): void {
  const command = program
    .command('explain')
    .description('Say what a verb, key, subject, operator, function or problem code means, with an example.')
    .argument('<word>', 'such as send, $gte, UNKNOWN_VERB; or verbs, subjects, matchers, functions, codes')
  command.action(
    does(async () => {
      const { explain } = await import('./explain.ts')
      return explain(command.args[0] ?? '', world)
    }),
  )
}

function addConfig(program: Command, world: World, does: Does): void {
  const command = program
    .command('config')
    .description('Print the settings that `gwscen run` would use.')
    .option(
      '--show-origin',
      'say of each where it comes from: a flag, the environment, a file, or nowhere',
      false,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  gwscen config\n  gwscen config --show-origin\n  GWSCEN_THREADS=4 gwscen config\n',
    )
  command.action(
    does(async () => {
      const { config } = await import('./config.ts')
      const run = program.commands.find((one) => one.name() === 'run')
      if (run === undefined) throw new Error('there is no run to configure')
      return config(run, { showOrigin: command.opts<{ showOrigin: boolean }>().showOrigin }, world)
    }),
  )
}
