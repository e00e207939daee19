import { Option, type Command } from 'commander'
import { reportKinds } from '../reporters/reports/index.ts'
import { reportTarget } from './flag-values.ts'
import type { Does } from './program.ts'
import type { RecheckOptions } from './recheck.ts'
import { PRINTED } from './report-command.ts'
import type { World } from './world.ts'

const EXAMPLES = `
Examples:
  gwscen recheck .gwscen/events.ndjson                   the files as they are now
  gwscen recheck .gwscen/events.ndjson edited.yaml       an edited copy of one of them
  gwscen recheck ci.ndjson scenarios/dedup --format json   what a run of CI recorded

Judged are replies, objects, metrics and values, as far as the recording shows them. What Redis held, logs, and what
\`apply\`, \`patch\` and \`delete\` did is not in it: such a step counts as it did then, and a warning says so.
`

export function addRecheck(program: Command, world: World, does: Does): void {
  const command = program
    .command('recheck')
    .description(
      'Judge scenarios, as they are written now, by what an earlier run recorded; needs no gateway.',
    )
    .argument('<events>', 'the log of a run')
    .argument('[paths...]', 'files, folders; default: those of the run', [])
    .option('--report <kind=path>', 'a file made from the verdicts (repeatable)', reportTarget, [])
    .addOption(
      new Option('--format <name>', 'what to print').choices([...PRINTED, ...reportKinds]).default('list'),
    )
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('--fail-on-flaky', 'a pass after a failure is a failure', false)
    .addHelpText('after', EXAMPLES)
  command.action(
    does(async () => {
      const { recheck } = await import('./recheck.ts')
      const { report: reports, ...flags } = command.opts<{
        report: readonly string[]
        format: RecheckOptions['format']
        color: RecheckOptions['colour']
        failOnFlaky: boolean
      }>()
      const [log = '', ...paths] = command.args
      const { format, color: colour, failOnFlaky } = flags
      return recheck({ log, paths, reports, format, colour, failOnFlaky }, world)
    }),
  )
}
