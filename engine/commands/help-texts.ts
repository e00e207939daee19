import { Help, type Command, type HelpConfiguration } from 'commander'
import { addExamples, type Example } from './examples.ts'
import { isTypedOnly, variableOf } from './flag-sources.ts'

/** Of commands that say nothing else of how they are used. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  list: [
    ['gwscen list', 'file:line and name of each'],
    ["gwscen list --tags 'p0 and not slow' --json", 'for machines'],
    ['gwscen list scenarios/dedup --last-failed', 'what failed the last time'],
    ['gwscen list --list-tags', 'what can stand in --tags, and how often it does'],
    ['gwscen list -G slow > some.txt', 'for run --scenario-list some.txt'],
  ],
  validate: [
    ['gwscen validate', 'every file below scenarios/'],
    ['gwscen validate scenarios/dedup --fix', 'mends what is certain'],
    ['gwscen validate --format sarif > problems.sarif', 'for code scanning'],
  ],
  schema: [
    ['gwscen schema > scenario.schema.json', 'what editors check scenarios with'],
    ['gwscen schema config', 'of gwscen.config.yaml'],
    ['gwscen schema events', 'of the log of a run'],
  ],
  explain: [
    ['gwscen explain send', 'a verb with its keys'],
    ["gwscen explain '$gte'", 'an operator'],
    ['gwscen explain codes', 'all codes of problems'],
  ],
  prove: [
    ['gwscen prove', 'every fault, every scenario'],
    ['gwscen prove scenarios/dedup --fault answers-500', 'one fault'],
    ['gwscen prove --at-once 1 --json', 'one run after the other, for machines'],
  ],
  cluster: [
    ['gwscen cluster up', 'made, or what of it is missing'],
    ['gwscen cluster status', 'what stands'],
    ['gwscen cluster down', 'removes what up made'],
    ['gwscen cluster rbac', 'the least that a run must be allowed'],
  ],
  sandbox: [
    ['gwscen sandbox', 'prints what to export; Ctrl-C ends it'],
    ['gwscen sandbox --profile limited --port 6443', 'another configuration, a port that stays'],
    ['gwscen sandbox --fault answers-500', 'a gateway with a fault'],
  ],
  gateway: [
    ['gwscen gateway --config gateway.yaml --redis 127.0.0.1:6379', 'beside a Redis of yours'],
    ['gwscen gateway --listen :9090 --kubeconfig kind.yaml', 'another port, another cluster'],
    ['gwscen gateway --preset kubernaut-2025-11-24', 'with all faults of that version'],
  ],
}

const EXIT_CODES = `Exit codes of gwscen:
    0  all well; flaky counts as well unless --fail-on-flaky
    1  a scenario failed; prove: a fault that nobody noticed
    2  the command line, the configuration or a file is wrong; nothing ran
    3  the infrastructure is broken: target, API server, Redis, forwards
    4  nothing was selected, unless --pass-with-no-scenarios
    5  something was left behind; it is listed with the command that removes it
   70  an internal error
   74  some output or report could not be written
  130  stopped by Ctrl-C
  143  stopped by SIGTERM
Where several apply, the first of 70, 74, 130/143, 2, 3, 1, 5, 4 is the one.`

const usual = new Help()

/** That a flag is off, or a list empty, unless somebody says otherwise goes without saying. */
function withoutNothing(description: string): string {
  return description.replace(/ \(default: (?:\[\]|false)\)$/, '')
}

export const plainHelp: HelpConfiguration = {
  optionDescription: (option) => withoutNothing(usual.optionDescription(option)),
  argumentDescription: (argument) => withoutNothing(usual.argumentDescription(argument)),
}

/** What help tells beside names and flags: examples, variables of the environment, exit codes. */
export function addHelpTexts(program: Command): void {
  for (const command of program.commands) {
    const examples = EXAMPLES[command.name()]
    if (examples !== undefined) addExamples(command, examples)
    if (command.name() === 'run') nameVariables(command)
  }
  program
    .command('exit-codes', { hidden: true })
    .description(EXIT_CODES)
    .configureHelp({ formatHelp: () => `${EXIT_CODES}\n` })
    .action((_options: unknown, command: Command) => command.outputHelp())
  program.addHelpText(
    'after',
    '\ngwscen help COMMAND tells more of one, gwscen help exit-codes what they mean.',
  )
}

/** Every flag of `run` can be set in the environment. */
function nameVariables(run: Command): void {
  run.configureHelp({
    ...plainHelp,
    optionDescription: (option) => {
      const said = withoutNothing(usual.optionDescription(option))
      return option.long === '--help' || isTypedOnly(option) ? said : `${said} [${variableOf(option)}]`
    },
  })
}
