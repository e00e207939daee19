import type { Clock } from '../base/clock.ts'
import type { Reporter, Sink, SourceOf } from './define.ts'
import { createDotReporter } from './dot.ts'
import { createJsonReporter } from './json.ts'
import { createMinimalReporter } from './minimal.ts'
import { asciiSymbols, unicodeSymbols } from './symbols.ts'
import { colourPaint, wantsColour, type ColourOptions } from './terminal/colour.ts'
import { isLive } from './terminal/live.ts'
import { createTerminalReporter, type TerminalOptions } from './terminal/terminal.ts'
import { plainPaint } from './text.ts'

export interface ReporterOptions {
  readonly sink: Sink
  readonly colour: Omit<ColourOptions, 'isTTY'>
  /** `speaksUnicode` of the environment; without it everything drawn is ASCII. */
  readonly unicode: boolean
  readonly sourceOf: SourceOf
  readonly clock: Clock
  /** Files that other reporters write, such as `html: out/report.html`, for the summary. */
  readonly reports?: readonly string[]
  /** The file that holds all that is known of every scenario, for what does not fit on a screen. */
  readonly story?: string
}

/** Every reporter for a stream, by the name `--reporter` knows it by. */
const reporters = {
  list: (options: ReporterOptions): Reporter => createTerminalReporter(drawingOf(options)),
  dot: (options: ReporterOptions): Reporter => createDotReporter(drawingOf(options)),
  minimal: (options: ReporterOptions): Reporter => createMinimalReporter(drawingOf(options)),
  json: ({ sink }: ReporterOptions): Reporter => createJsonReporter(sink),
  none: (): Reporter => ({ name: 'none' }),
} as const

export type ReporterName = keyof typeof reporters

export const reporterNames = Object.keys(reporters) as readonly ReporterName[]

export function createReporter(name: ReporterName, options: ReporterOptions): Reporter {
  return reporters[name](options)
}

function drawingOf({ sink, colour, unicode, ...rest }: ReporterOptions): TerminalOptions {
  const terminal = { ...colour, isTTY: sink.isTTY }
  const paint = wantsColour(terminal) ? colourPaint() : plainPaint
  const symbols = unicode ? unicodeSymbols : asciiSymbols
  return { ...rest, sink, paint, symbols, live: isLive(terminal) }
}
