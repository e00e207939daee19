import { Command, CommanderError, Option } from 'commander'
import { addExclusive, exclusiveOn } from './exclusive-flag.ts'
import { applySources } from './flag-sources.ts'
import { addCluster } from './cluster-command.ts'
import { more, reportTarget, threadCount, wholeNumber } from './flag-values.ts'
import { isCodingAgent } from './coding-agent.ts'
import { addGateway } from './gateway-command.ts'
import { addHelpTexts, plainHelp } from './help-texts.ts'
import { addLanguageCommands } from './language-commands.ts'
import { addList } from './list-command.ts'
import { addNewcomerCommands } from './newcomer-commands.ts'
import { addPlan } from './plan-command.ts'
import { addProve } from './prove/prove-command.ts'
import { reportKinds } from '../reporters/reports/index.ts'
import { addRecheck } from './recheck-command.ts'
import { addReport } from './report-command.ts'
import {
  addRepetition,
  addSelection,
  pathsOf,
  repetitionOptions,
  selectionOptions,
} from './schedule-flags.ts'
import { toWatchBy } from './real-flags.ts'
import type { RunOptions } from './run.ts'
import { addTarget, targetOptions } from './target-flags.ts'
import type { World } from './world.ts'

export interface Program {
  run(argv: readonly string[]): Promise<number>
}

const RUN_EXAMPLES = `
Examples:
  gwscen run                                    everything below scenarios/
  gwscen run scenarios/dedup --threads 4
  gwscen run scenarios/dedup/phases.yaml:13     the case on this line
  gwscen run --tags 'dedup and not slow'
  gwscen run --last-failed
  gwscen run --shuffle --until-fail             looks for scenarios that depend on their order
  gwscen run --watch                            again what a changed file touches; keys for the rest
  gwscen run --target kind --threads 4          on a real cluster, made where there is none
  gwscen run --target cluster --context kind-gwscen
  gwscen run --shard 1/4                        a quarter of the suite, balanced by earlier times
`

const REPORTERS = ['list', 'dot', 'minimal', 'json', 'none'] as const

/** The command line. Commands are loaded when they are called, so that help and version cost nothing. */
export function createProgram(world: World): Program {
  let code = 0
  const program = new Command('gwscen')
    .description(
      'End-to-end scenarios for an alert gateway on Kubernetes, written as YAML steps and run in parallel.',
    )
    .version(world.version)
    .exitOverride()
    .configureHelp(plainHelp)
    .showSuggestionAfterError()
    // Else `report` would take the flags behind `report merge` for its own.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
    })
  const does = (act: () => Promise<number>) => async (): Promise<void> => {
    code = await act()
  }
  addNewcomerCommands(program, world, does)
  addRun(program, world, does)
  addList(program, world, does)
  addPlan(program, world, does)
  addLanguageCommands(program, world, does)
  addReport(program, world, does)
  addRecheck(program, world, does)
  addProve(program, world, does)
  addSandbox(program, world, does)
  addGateway(program, world, does)
  addCluster(program, world, does)
  addHelpTexts(program)
  return {
    run: async (argv) => {
      try {
        await program.parseAsync([...argv], { from: 'user' })
        return code
      } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
        throw error
      }
    },
  }
}

export type Does = (act: () => Promise<number>) => () => Promise<void>

function addRun(program: Command, world: World, does: Does): void {
  const command = program
    .command('run')
    .description(
      'Check the scenarios, bring up the target, run them in parallel, and say what failed and why.',
    )
    .argument('[paths...]', 'files, folders, file.yaml:12', [])
    .option('--threads <n>', 'threads, or auto: as many as there are CPUs', threadCount, 'auto')
    .option('--in-flight <n>', 'scenarios in flight per thread (lanes)', wholeNumber)
    .option('--thread-memory <MiB>', 'what a thread may keep in memory before it is ended', wholeNumber, 1024)
    .addOption(
      new Option('--clock <kind>', 'virtual: what is only waiting takes no time (embedded target)')
        .choices(['real', 'virtual'])
        .default('real'),
    )
    .addOption(new Option('--reporter <name>', 'what to print').choices(REPORTERS).default('list'))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('--seed <text>', 'names and order follow from it')
    .option('--gateway-preset <name>', 'the reference gateway with all faults of a preset', one, [])
    .option('--fault <name>', 'the reference gateway with this fault (repeatable)', more, [])
    .addOption(
      new Option(
        '--redis <kind>',
        'server: one from PATH; js: built in; default: whichever is there',
      ).choices(['server', 'js']),
    )
    .option('--events <file>', 'where every event is written as it happens', '.gwscen/events.ndjson')
    .option(
      '--report <kind=path>',
      `a file made from the events (repeatable); - is standard output; kinds: ${reportKinds.join(', ')}`,
      reportTarget,
      [],
    )
    .option('--pass-with-no-scenarios', 'nothing to run is no error', false)
    .option('--fail-on-flaky', 'a pass after a failure is a failure', false)
    .option('--watch', 'run again what a changed file touches, and what keys ask for', false)
    .option('--pause-on-failure', 'what failed waits for Enter before it tidies up, to be looked at', false)
    .addOption(
      new Option('--keep <what>', 'what scenarios made stays to be looked at')
        .choices(['never', 'failed', 'all'])
        .default('never'),
    )
    .option('--strict', 'what a scenario requires and the target has not is an error', false)
    .option('--port <n>', 'port of the embedded API server; any free one unless given', wholeNumber)
  addExclusive(command)
  addTarget(command)
  addSelection(command, world)
  addRepetition(command)
  command.addHelpText('after', RUN_EXAMPLES)
  command.action(
    does(async () => {
      const [{ run }, { readProject }] = await Promise.all([import('./run.ts'), import('./project.ts')])
      const project = await readProject(world)
      const origins = applySources(command, world, project.configFile.config)
      // Whoever reads it pays for every line, and asked for no other.
      if (origins.get('reporter') === 'default' && isCodingAgent(world))
        command.setOptionValue('reporter', 'minimal')
      if (command.opts<{ watch: boolean }>().watch) {
        const { watch } = await import('./watch/watch.ts')
        return watch(toWatchBy(runOptions(command), command), world)
      }
      return run(runOptions(command), project, world)
    }),
  )
}

/** Commander's flags as the command's options. */
function runOptions(command: Command): RunOptions {
  const flags = command.opts<{
    threads: number | 'auto'
    inFlight?: number
    threadMemory: number
    reporter: RunOptions['reporter']
    color: 'auto' | 'always' | 'never'
    seed?: string
    gatewayPreset: readonly string[]
    fault: readonly string[]
    redis?: 'server' | 'js'
    exclusive?: number
    clock: RunOptions['clock']
    events: string
    report: readonly string[]
    failOnFlaky: boolean
    passWithNoScenarios: boolean
    strict: boolean
    pauseOnFailure: boolean
    keep: RunOptions['keep']
    port?: number
  }>()
  const target = targetOptions(command)
  return {
    paths: pathsOf(command),
    threads: flags.threads,
    ...(flags.inFlight === undefined ? {} : { lanes: flags.inFlight }),
    threadMemory: flags.threadMemory,
    ...target,
    ...selectionOptions(command),
    ...repetitionOptions(command),
    strict: flags.strict,
    pauseOnFailure: flags.pauseOnFailure,
    keep: flags.keep,
    reporter: flags.reporter,
    colour: flags.color,
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    faults: [...flags.gatewayPreset, ...flags.fault],
    ...(flags.redis === undefined ? {} : { redis: flags.redis }),
    exclusive: exclusiveOn(target.target, flags.exclusive),
    clock: flags.clock,
    events: flags.events,
    reports: flags.report,
    failOnFlaky: flags.failOnFlaky,
    passWithNone: flags.passWithNoScenarios,
    ...(flags.port === undefined ? {} : { port: flags.port }),
  }
}

function addSandbox(program: Command, world: World, does: Does): void {
  const command = program
    .command('sandbox')
    .description('Keep an embedded cluster, Redis and gateway running for kubectl, redis-cli and curl.')
    .option('--profile <name>', 'the configuration of the gateway', 'dedup')
    .option('--fault <name>', 'the reference gateway with this fault (repeatable)', more, [])
    .addOption(new Option('--redis <kind>', 'server: one from PATH; js: built in').choices(['server', 'js']))
    .option('--port <n>', 'port of the API server; any free one unless given', wholeNumber)
  command.action(
    does(async () => {
      const { sandbox } = await import('./sandbox.ts')
      const { profile, fault, redis, port } = command.opts<{
        profile: string
        fault: string[]
        redis?: 'server' | 'js'
        port?: number
      }>()
      const flags = {
        ...(redis === undefined ? {} : { redis }),
        ...(port === undefined ? {} : { port }),
      }
      return sandbox({ profile, faults: fault, ...flags }, world)
    }),
  )
}

function one(text: string): readonly string[] {
  return [text]
}
