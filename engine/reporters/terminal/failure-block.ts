import { failureOf } from '../../events/run-state.ts'
import type { AttemptRecord, ScenarioRecord } from '../../events/scenario-record.ts'
import type { Failure, Mismatch } from '../../base/failure.ts'
import type { SourceOf } from '../define.ts'
import { codeFrame } from '../frame.ts'
import type { Symbols } from '../symbols.ts'
import { indent, toned, type Line } from '../text.ts'
import { exchangeLines } from './exchange-lines.ts'

export interface FailureBlockOptions {
  readonly sourceOf: SourceOf
  readonly symbols: Symbols
  readonly columns: number
  /** What runs this scenario, and as little else as can be, again. */
  readonly rerun: string
}

const MOST_MISMATCHES = 12
const LONGEST_VALUE = 300

/** All that is known of why a scenario did not pass, on a screen; nothing when it has no failure. */
export function failureBlock(record: ScenarioRecord, options: FailureBlockOptions): readonly Line[] {
  const failure = failureOf(record)
  if (failure === undefined) return []
  const attempt = record.attempts.findLast((one) => one.failure !== undefined) ?? record.attempts.at(-1)
  const ofMany = record.attempts.length > 1 && attempt !== undefined ? `attempt ${attempt.attempt}: ` : ''
  const sections = [
    [...failureLines(failure, ofMany, options)],
    mismatchLines(failure.mismatches ?? [], options.symbols),
    noteLines(failure, attempt),
    attempt?.lastExchange === undefined
      ? []
      : exchangeLines(attempt.lastExchange.step, attempt.lastExchange.exchange),
    (attempt?.further ?? []).flatMap((further) => failureLines(further, 'further: ', options)),
    [[toned('strong', 'run it again'), ` ${options.rerun}`] as Line],
  ].filter((lines) => lines.length > 0)
  return [
    ...indent(
      sections.flatMap((lines) => [...lines, []]),
      '  ',
    ),
  ]
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
