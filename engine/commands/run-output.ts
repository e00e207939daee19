import { resolve } from 'node:path'
import type { EventBody } from '../events/event.ts'
import { exitCode } from '../events/exit-code.ts'
import type { RunState } from '../events/run-state.ts'
import { createJournal, type JournalListener } from '../events/journal.ts'
import type { Mask } from '../events/mask.ts'
import { openEventWriter, type EventWriter } from '../events/writer.ts'
import { deliverTo, type Delivery } from '../reporters/deliver.ts'
import { createReporter, type ReporterName } from '../reporters/index.ts'
import { verdictLine } from '../reporters/verdict-line.ts'
import { parseReport } from '../reporters/reports/target.ts'
import { asciiSymbols, unicodeSymbols } from '../reporters/symbols.ts'
import { outlookLines, type Outlook } from '../reporters/terminal/outlook.ts'
import { pictureLines } from '../reporters/terminal/picture.ts'
import type { Line } from '../reporters/text.ts'
import { actionsReports, openReports } from './open-reports.ts'
import { paintedFor } from './painted.ts'
import { stdoutFailed } from './stdout-failed.ts'
import type { World } from './world.ts'

export interface OutputOptions {
  readonly reporter: ReporterName
  readonly colour?: 'auto' | 'always' | 'never'
  /** Where every event is written as it happens. */
  readonly events: string
  /** `kind=path`, each. */
  readonly reports: readonly string[]
  readonly failOnFlaky: boolean
  /** Nothing to run is no error. */
  readonly passWithNone?: boolean
}

/** Everything a run tells, and to whom. */
export interface RunOutput {
  readonly tell: (event: EventBody, wall?: number) => void
  /** All that has come of the run so far. */
  readonly state: () => RunState
  /** Where the live picture learns what events do not tell, as long as a run goes on. */
  readonly lookBy: (look: () => Outlook) => void
  /** On standard error, without spoiling what the reporter shows. */
  readonly say: (text: string) => void
  /** The same with lines, which are painted and fitted to the terminal. */
  readonly show: (lines: readonly Line[]) => void
  /** Writes what is left to write, once; gives the exit code. */
  finish(): Promise<number>
}

export async function openOutput(options: OutputOptions, mask: Mask, world: World): Promise<RunOutput> {
  const printsText = options.reporter !== 'json' && options.reporter !== 'none'
  const reports = await openReports(options.reports, {
    world,
    taken: [options.events],
    unasked: actionsReports(options.reports, { env: world.env, printsText }),
  })
  const openedAt = world.clock.now()
  const writer = openEventWriter(resolve(world.cwd, options.events))
  const reporter = createReporter(options.reporter, {
    sink: reports.useStdout ? world.stderr : world.stdout,
    colour: { env: world.env, ...(options.colour === undefined ? {} : { flag: options.colour }) },
    unicode: world.unicode,
    sourceOf: (file) => journal.state().sources[file],
    clock: world.clock,
    reports: reports.written,
    story: storyFile(options),
  })
  // Last, so that the summary can tell which reports there are.
  const delivery = deliverTo([...reports.reporters, reporter], (line) => say(line))
  const say = (text: string): void => delivery.beside(() => world.stderr.write(text))
  const listeners: readonly JournalListener[] = [
    (event) => writer.append(event),
    (event, state) => delivery.on(event, state),
  ]
  const journal = createJournal(world.clock, listeners, mask)
  const show = (lines: readonly Line[]): void => say(paintedFor(world.stderr, options, world)(lines))
  let look = (): Outlook => ({ blocked: [], silent: [] })
  const picture = (): void => {
    const symbols = world.unicode ? unicodeSymbols : asciiSymbols
    const lanes = pictureLines(journal.state(), world.clock.now() - openedAt, symbols)
    show([...lanes.slice(0, -1), ...outlookLines(look()), []])
  }
  const ignoreKeys = world.keyboard?.onKey((key) => {
    if (key === '?') picture()
  })
  const ignoreAsking = world.onAsked?.(picture)
  // Whatever ends the process, the terminal is left with its cursor and without a footer.
  const forgetExit = world.onExit(() => delivery.beside(() => undefined))
  let finished: Promise<number> | undefined
  const finish = async (): Promise<number> => {
    forgetExit()
    ignoreKeys?.()
    ignoreAsking?.()
    writer.close()
    if (writer.failure() === undefined) reports.onWritten(`events: ${options.events}`)
    await delivery.close(journal.state())
    return closingCode({ state: journal.state(), writer, delivery }, options, world)
  }
  return {
    tell: journal.tell,
    state: () => journal.state(),
    lookBy: (by) => (look = by),
    say,
    show,
    finish: () => (finished ??= finish()),
  }
}

/** The report that people would open, else the events, from which it can be made. */
function storyFile({ events, reports }: OutputOptions): string {
  return (
    reports.map(parseReport).find(({ kind, path }) => (kind as string) === 'html' && path !== '-')?.path ??
    events
  )
}

interface Closed {
  readonly state: RunState
  readonly writer: EventWriter
  readonly delivery: Delivery
}

/** Where some output is lost, the verdict is on standard error at least. */
async function closingCode(
  { state, writer, delivery }: Closed,
  { failOnFlaky, passWithNone = false }: OutputOptions,
  { stderr, stdout }: World,
): Promise<number> {
  const failure = writer.failure()
  if (failure !== undefined) stderr.write(`the events could not be written: ${failure}\n`)
  const outputFailed = failure !== undefined || delivery.outputFailed() || (await stdoutFailed(stdout))
  if (outputFailed) {
    const without = exitCode(state, { failOnFlaky, passWithNone })
    stderr.write(
      `gwscen: some output could not be written; the verdict is: ${verdictLine(state)}, exit code ${without}\n`,
    )
  }
  return exitCode(state, { failOnFlaky, passWithNone, outputFailed })
}
