import { resolve } from 'node:path'
import type { EventBody } from '../events/event.ts'
import { exitCode } from '../events/exit-code.ts'
import type { RunState } from '../events/run-state.ts'
import { createJournal } from '../events/journal.ts'
import { openEventWriter } from '../events/writer.ts'
import { deliverTo } from '../reporters/deliver.ts'
import { createReporter, type ReporterName } from '../reporters/index.ts'
import type { World } from './world.ts'

export interface OutputOptions {
  readonly reporter: ReporterName
  readonly colour?: 'auto' | 'always' | 'never'
  /** Where every event is written as it happens. */
  readonly events: string
  readonly failOnFlaky: boolean
}

/** Everything a run tells, and to whom. */
export interface RunOutput {
  readonly tell: (event: EventBody) => void
  /** All that has come of the run so far. */
  readonly state: () => RunState
  /** Writes what is left to write; gives the exit code. */
  finish(): Promise<number>
}

export function openOutput(
  options: OutputOptions,
  sources: ReadonlyMap<string, string>,
  world: World,
): RunOutput {
  const writer = openEventWriter(resolve(world.cwd, options.events))
  const reporter = createReporter(options.reporter, {
    sink: world.stdout,
    colour: { env: world.env, ...(options.colour === undefined ? {} : { flag: options.colour }) },
    unicode: world.unicode,
    sourceOf: (file) => sources.get(file),
    clock: world.clock,
    reports: [`events: ${options.events}`],
  })
  const delivery = deliverTo([reporter], (line) => world.stderr.write(line))
  const journal = createJournal(world.clock, [
    (event) => writer.append(event),
    (event, state) => delivery.on(event, state),
  ])
  const finish = async (): Promise<number> => {
    writer.close()
    await delivery.close(journal.state())
    const failure = writer.failure()
    if (failure !== undefined) world.stderr.write(`the events could not be written: ${failure}\n`)
    const outputFailed = failure !== undefined || delivery.outputFailed() || world.stdout.failed()
    const code = exitCode(journal.state(), { failOnFlaky: options.failOnFlaky, outputFailed })
    if (outputFailed)
      world.stderr.write(
        `gwscen: some output could not be written; without that the exit code were ${exitCode(journal.state())}\n`,
      )
    return code
  }
  return { tell: journal.tell, state: () => journal.state(), finish }
}
