import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeError } from '../base/failure.ts'
import { canonicalLines } from '../events/canonical.ts'
import { exitCode } from '../events/exit-code.ts'
import { mergeLogs, SameRun, type Log, type Merged } from '../events/merge.ts'
import { decodeLog, UnreadableLog } from '../events/ndjson.ts'
import { reduce } from '../events/reduce.ts'
import { initialState, type RunState } from '../events/run-state.ts'
import { deliverTo } from '../reporters/deliver.ts'
import { createReporter, type ReporterName } from '../reporters/index.ts'
import { plural } from '../reporters/problems.ts'
import { isReportKind, type ReportKind } from '../reporters/reports/index.ts'
import { wantsColour } from '../reporters/terminal/colour.ts'
import { verdictLine } from '../reporters/verdict-line.ts'
import { openReports } from './open-reports.ts'
import { stdoutFailed } from './stdout-failed.ts'
import { UsageError } from './usage-error.ts'
import type { OutputSink, World } from './world.ts'

export interface DeliverOptions {
  /** The logs that it comes from, which no report may overwrite. */
  readonly files: readonly string[]
  /** `kind=path`, each. */
  readonly reports: readonly string[]
  /** What goes to standard output. */
  readonly format: ReporterName | ReportKind
  readonly colour: 'auto' | 'always' | 'never'
}

export interface ReportOptions extends DeliverOptions {
  readonly failOnFlaky: boolean
  /** Prints what is equal in runs that did the same, in place of a report. */
  readonly canonical: boolean
}

/** Makes the reports of an earlier run again, also of one that was cut off, or of several as one. Gives its exit code. */
export async function report(options: ReportOptions, world: World): Promise<number> {
  const { events, repeated } = merged(options.files, world)
  for (const { scenario, ends } of repeated) {
    const said = ends.map(({ run, outcome }) => `${outcome} in run ${run}`).join(', ')
    world.stderr.write(`${scenario} is in several runs: ${said}\n`)
  }
  if (options.canonical) {
    for (const line of canonicalLines(events)) world.stdout.write(`${line}\n`)
    return 0
  }
  const { state, outputFailed } = await deliver(events, options, world)
  const code = exitCode(state, { failOnFlaky: options.failOnFlaky, outputFailed })
  if (outputFailed)
    world.stderr.write(`gwscen: some output could not be written; the verdict is: ${verdictLine(state)}\n`)
  return code
}

function merged(files: readonly string[], world: World): Merged {
  const logs = files.map((file) => readLog(file, world))
  const [only, ...others] = logs
  if (only !== undefined && others.length === 0) return { events: only, repeated: [] }
  try {
    return mergeLogs(logs)
  } catch (error) {
    throw error instanceof SameRun ? new UsageError(`${files.join(', ')}: ${error.message}`) : error
  }
}

/** What cannot be read in it is named on standard error. */
export function readLog(file: string, { cwd, stderr }: Pick<World, 'cwd' | 'stderr'>): Log {
  try {
    const { events, damaged } = decodeLog(readFileSync(resolve(cwd, file), 'utf8'))
    for (const { line, reason } of damaged.slice(0, MOST_LINES)) stderr.write(`${file}:${line}: ${reason}\n`)
    const more = damaged.length - MOST_LINES
    if (more > 0) stderr.write(`${file}: and ${plural(more, 'damaged line')} more\n`)
    return events
  } catch (error) {
    if (error instanceof UnreadableLog) throw new UsageError(`${file}: ${error.message}`)
    throw new UsageError(`${file} cannot be read: ${describeError(error)}`)
  }
}

const MOST_LINES = 5

interface Delivered {
  readonly state: RunState
  readonly outputFailed: boolean
}

/** Hands a log to everything that was asked for. */
export async function deliver(
  events: Log,
  { files, reports, format, colour }: DeliverOptions,
  world: World,
): Promise<Delivered> {
  const asked = isReportKind(format) ? [`${format}=-`, ...reports] : reports
  const opened = await openReports(asked, { world, taken: files })
  let state: RunState = initialState
  const printed = createReporter(isReportKind(format) ? 'none' : format, {
    sink: unhurried(opened.useStdout ? world.stderr : world.stdout),
    colour: { env: world.env, flag: colouring(colour, world) },
    unicode: world.unicode,
    sourceOf: (file) => state.sources[file],
    clock: world.clock,
    reports: opened.written,
  })
  const delivery = deliverTo([...opened.reporters, printed], (line) => world.stderr.write(line))
  for (const event of events) {
    state = reduce(state, event)
    delivery.on(event, state)
  }
  await delivery.close(state)
  return { state, outputFailed: (await stdoutFailed(world.stdout)) || delivery.outputFailed() }
}

function colouring(colour: ReportOptions['colour'], { stdout, env }: World): 'always' | 'never' {
  return wantsColour({ isTTY: stdout.isTTY, env, flag: colour }) ? 'always' : 'never'
}

/** All of it is over, so nothing is drawn that moves. */
function unhurried(sink: OutputSink): Pick<OutputSink, 'write' | 'isTTY' | 'columns'> {
  return {
    write: (text) => sink.write(text),
    isTTY: false,
    ...(sink.columns === undefined ? {} : { columns: sink.columns }),
  }
}
