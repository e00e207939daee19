import { Option, type Command } from 'commander'
import { reportKinds, type ReportKind } from '../reporters/reports/index.ts'
import { reportTarget } from './flag-values.ts'
import type { Does } from './program.ts'
import type { ReportOptions } from './report.ts'
import type { World } from './world.ts'

export const PRINTED = ['list', 'dot', 'minimal', 'none'] as const

const EXAMPLES = `
Examples:
  gwscen report .gwscen/events.ndjson                         what the run printed, again
  gwscen report events.ndjson --report junit=out/junit.xml
  gwscen report events.ndjson --format markdown > summary.md
  gwscen report merge shard-*.ndjson --report ndjson=all.ndjson
`

/** `gwscen report` and `gwscen report merge`, which differ in what they say of themselves. */
export function addReport(program: Command, world: World, does: Does): void {
  const command = program
    .command('report')
    .description('Make the reports of a run again from its events, also of one that was killed.')
    .enablePositionalOptions()
  const merge = command
    .command('merge')
    .description('One run of several: the shards of a suite, or a run and what ran again.')
  for (const each of [merge, command]) addFlags(each, world, does)
  command.addHelpText('after', EXAMPLES)
}

function addFlags(command: Command, world: World, does: Does): void {
  command
    .argument('<files...>', 'logs of events; several are merged')
    .option(
      '--report <kind=path>',
      `a file made from the events (repeatable); kinds: ${reportKinds.join(', ')}`,
      reportTarget,
      [],
    )
    .addOption(
      new Option('--format <name>', 'what to print').choices([...PRINTED, ...reportKinds]).default('list'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('--canonical', 'print only what is equal in runs that did the same, one JSON per line', false)
    .option('--fail-on-flaky', 'a pass after a failure is a failure', false)
    .action(
      does(async () => {
        const { report } = await import('./report.ts')
        const flags = command.opts<{
          report: readonly string[]
          format: (typeof PRINTED)[number] | ReportKind
          color: ReportOptions['colour']
          failOnFlaky: boolean
          canonical: boolean
        }>()
        const { report: reports, format, color: colour, failOnFlaky, canonical } = flags
        return report({ files: command.args, reports, format, colour, failOnFlaky, canonical }, world)
      }),
    )
}
