import { createJournal } from '../events/journal.ts'
import { exitCode } from '../events/exit-code.ts'
import { deliverTo } from '../reporters/deliver.ts'
import type { Loaded } from '../scenario/load.ts'
import { actionsReports, openReports } from './open-reports.ts'
import type { OutputOptions } from './run-output.ts'
import { stdoutFailed } from './stdout-failed.ts'
import type { World } from './world.ts'

/** Writes the reports of a run that problems stopped, so that none of an earlier one is taken for it. Gives the exit code. */
export async function tellProblems(
  { reports, events, failOnFlaky }: Pick<OutputOptions, 'reports' | 'events' | 'failOnFlaky'>,
  { problems, sources }: Loaded,
  world: World,
): Promise<number> {
  const unasked = actionsReports(reports, { env: world.env, printsText: true })
  const opened = await openReports(reports, { world, taken: [events], unasked })
  const delivery = deliverTo(opened.reporters, (line) => world.stderr.write(line))
  // Nothing ran that could have read a secret.
  const journal = createJournal(world.clock, [(event, state) => delivery.on(event, state)], (event) => event)
  journal.tell({ type: 'sources:read', texts: Object.fromEntries(sources) })
  for (const problem of problems) journal.tell({ type: 'problem:raised', problem })
  journal.tell({ type: 'run:ended', ms: 0, phases: {}, busy: 0 })
  await delivery.close(journal.state())
  const outputFailed = (await stdoutFailed(world.stdout)) || delivery.outputFailed()
  return exitCode(journal.state(), { failOnFlaky, outputFailed })
}
