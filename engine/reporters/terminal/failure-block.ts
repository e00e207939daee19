import { failureOf } from '../../events/run-state.ts'
import type { AttemptRecord, ScenarioRecord } from '../../events/scenario-record.ts'
import type { Failure, Mismatch } from '../../base/failure.ts'
import type { SourceOf } from '../define.ts'
import { codeFrame } from '../frame.ts'
import type { Symbols } from '../symbols.ts'
import { command, indent, toned, type Line } from '../text.ts'
import { diagnosticLines, ON_SCREEN } from './diagnostic-lines.ts'
import { exchangeParts, type ExchangeParts } from './exchange-lines.ts'
import { fitted } from './fitted.ts'

export interface FailureBlockOptions {
  readonly sourceOf: SourceOf
  readonly symbols: Symbols
  readonly columns: number
  /** What runs this scenario, and as little else as can be, again. */
  readonly rerun: string
  /** Lines of the screen that it must fit on; absent where it may be as long as it is. */
  readonly rows?: number
  /** The file that has the rest. */
  readonly story?: string | undefined
}

const MOST_MISMATCHES = 12
const LONGEST_VALUE = 300

/** All that is known of why a scenario did not pass, on a screen; nothing when it has no failure. */
export function failureBlock(record: ScenarioRecord, options: FailureBlockOptions): readonly Line[] {
  const failure = failureOf(record)
  if (failure === undefined) return []
  const attempt = record.attempts.findLast((one) => one.failure !== undefined) ?? record.attempts.at(-1)
  const ofMany = record.attempts.length > 1 && attempt !== undefined ? `attempt ${attempt.attempt}: ` : ''
  const { request, response } = partsOf(attempt)
  const further = (attempt?.further ?? []).flatMap((one) => failureLines(one, 'further: ', options))
  const sections = fitted(
    [
      { lines: failureLines(failure, ofMany, options), rank: 5, least: Infinity },
      { lines: mismatchLines(failure.mismatches ?? [], options.symbols), rank: 4, least: 3 },
      { lines: noteLines(failure, attempt), rank: 3, least: 0 },
      { lines: request, rank: 0, least: 2 },
      { lines: response, rank: 1, least: 1, joined: true },
      { lines: further, rank: 2, least: 1 },
      { lines: diagnosticLines(attempt?.diagnostics, ON_SCREEN), rank: -1, least: 0 },
    ],
    options,
  )
  const again: Line = [toned('dim', 'run it again: '), command(options.rerun)]
  return indent(
    [...sections, [again]].filter((lines) => lines.length > 0).flatMap((lines) => [...lines, []]),
    '  ',
  )
}

function partsOf(attempt: AttemptRecord | undefined): ExchangeParts {
  const last = attempt?.lastExchange
  return last === undefined ? { request: [], response: [] } : exchangeParts(last.step, last.exchange)
}

function failureLines(failure: Failure, prefix: string, options: FailureBlockOptions): readonly Line[] {
  const { span } = failure
  const sentence: Line = [prefix, toned('bad', failure.message), ' ', toned('dim', `[${failure.code}]`)]
  if (span === undefined) return [sentence]
  const { columns, symbols, sourceOf } = options
  const frame = { source: sourceOf(span.file), span, columns: columns - 2, ellipsis: symbols.ellipsis }
  return [sentence, ...codeFrame(frame)]
}

function mismatchLines(mismatches: readonly Mismatch[], symbols: Symbols): readonly Line[] {
  const shown = mismatches.slice(0, MOST_MISMATCHES)
  const lines = shown.flatMap(({ path, expected, actual }): readonly Line[] => [
    [toned('strong', path === '' ? 'the value' : path)],
    ['  expected ', toned('good', shorten(expected, symbols))],
    ['  actual   ', toned('bad', shorten(valueText(actual), symbols))],
  ])
  const rest = mismatches.length - shown.length
  return rest > 0 ? [...lines, [`and ${rest} more`]] : lines
}

/** As what was expected is written: a word stands without quotes. In a log, what was not there has no `actual` at all. */
function valueText(value: unknown): string {
  if (value === undefined) return 'absent'
  return typeof value === 'string' && isPlainWord(value) ? value : JSON.stringify(value)
}

function isPlainWord(text: string): boolean {
  const looksOther = ['null', 'true', 'false', 'absent'].includes(text) || !Number.isNaN(Number(text))
  return /^[^\s"'{}[\],:]+$/.test(text) && !looksOther
}

function shorten(text: string, symbols: Symbols): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}${symbols.ellipsis}` : text
}

function noteLines(failure: Failure, attempt: AttemptRecord | undefined): readonly Line[] {
  const cause = failure.cause === undefined ? [] : `cause: ${failure.cause}`.split('\n')
  const said = (attempt?.notes ?? []).map((note) => `note: ${note}`)
  return [...(failure.notes ?? []), ...cause, ...said].map((text): Line => [text])
}
