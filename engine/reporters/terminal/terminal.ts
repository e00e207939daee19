import type { Clock } from '../../base/clock.ts'
import type { Event } from '../../events/event.ts'
import { plannedOf, type RunState } from '../../events/run-state.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import type { Reporter, Sink, SourceOf } from '../define.ts'
import { problemLines } from '../problems.ts'
import type { Symbols } from '../symbols.ts'
import { toned, type Line, type Paint } from '../text.ts'
import { failureBlock } from './failure-block.ts'
import { headerLines } from './header.ts'
import { rerunCommand } from './rerun.ts'
import { scenarioLines } from './scenario-line.ts'
import { heartbeat, livePulse, type Pulse } from './pulse.ts'
import { createLiveScreen, createScreen, type Screen } from './screen.ts'
import { summaryLines } from './summary.ts'

export interface TerminalOptions {
  readonly sink: Sink
  readonly paint: Paint
  readonly symbols: Symbols
  readonly sourceOf: SourceOf
  readonly reports?: readonly string[]
  /** The file that holds all that is known of every scenario. */
  readonly story?: string | undefined
  readonly clock: Clock
  /** Whether the cursor may be moved, so that a footer can tell how far the run is. */
  readonly live?: boolean
}

const WIDEST = 120

/** A line for each finished scenario, a block for each that did not do well, and a summary. */
export function createTerminalReporter(options: TerminalOptions): Reporter {
  const { screen, pulse, clear } = options.live === true ? liveParts(options) : plainParts(options)
  return {
    name: 'list',
    on: (event, state) => {
      screen.print(linesFor(event, state, options))
      pulse.on(event, state)
    },
    close: (state) => {
      pulse.close()
      screen.print(closingLines(state, options))
      clear()
    },
    beside: (write) => {
      clear()
      write()
    },
  }
}

interface Parts {
  readonly screen: Screen
  readonly pulse: Pulse
  /** Leaves the cursor below what was printed, with nothing of the footer in sight. */
  readonly clear: () => void
}

function liveParts({ sink, paint, symbols, clock }: TerminalOptions): Parts {
  const screen = createLiveScreen(sink, paint)
  return { screen, pulse: livePulse(screen, { clock, symbols, sink }), clear: () => screen.clear() }
}

function plainParts({ sink, paint, clock }: TerminalOptions): Parts {
  const screen = createScreen(sink, paint)
  return { screen, pulse: heartbeat(screen, clock), clear: () => undefined }
}

function linesFor(event: Event, state: RunState, options: TerminalOptions): readonly Line[] {
  switch (event.type) {
    case 'run:started':
      return headerLines(event, options.symbols)
    case 'thread:lost':
      return [[toned('warn', `thread ${event.thread} was lost: `), event.reason]]
    case 'scenario:ended':
      return endedLines(event.scenario, state, options)
    case 'run:interrupted':
      return [
        [
          toned('warn', event.signal),
          `: ${INTERRUPTED[Math.min(event.times, INTERRUPTED.length) - 1] ?? ''}`,
        ],
      ]
    default:
      return []
  }
}

const INTERRUPTED = [
  'cancelling and cleaning up; once more to leave things as they are',
  'writing the reports; once more to exit at once',
  'exiting',
]

function endedLines(id: string, state: RunState, options: TerminalOptions): readonly Line[] {
  const record = state.finished.get(id)
  if (record === undefined) return []
  return [...scenarioLines(record, options.symbols), ...blockOf(record, state, options)]
}

/** Nothing for scenarios that did well, were not to run, or failed as declared. */
export function blockOf(record: ScenarioRecord, state: RunState, options: TerminalOptions): readonly Line[] {
  const { outcome } = record
  if (outcome !== 'failed' && outcome !== 'broken' && outcome !== 'flaky') return []
  const { sink, symbols, sourceOf, story } = options
  const rerun = rerunCommand(record.plan, plannedOf(state), state.started)
  const screen = sink.isTTY && sink.rows !== undefined ? { rows: sink.rows } : {}
  return failureBlock(record, { sourceOf, symbols, rerun, columns: columnsOf(sink), story, ...screen })
}

export function closingLines(state: RunState, options: TerminalOptions): readonly Line[] {
  const { sink, symbols, sourceOf, reports = [] } = options
  const { problems } = state
  const problemBlock =
    problems.length === 0
      ? []
      : [...problemLines({ problems, sourceOf, columns: columnsOf(sink), ellipsis: symbols.ellipsis }), []]
  return [[], ...problemBlock, ...summaryLines(state, { symbols, reports })]
}

function columnsOf({ columns = 100 }: Sink): number {
  return Math.min(columns, WIDEST)
}
