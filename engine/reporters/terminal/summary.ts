import type { Outcome } from '../../base/failure.ts'
import { plannedOf, unfinishedOf, type RunState } from '../../events/run-state.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import type { EventOf } from '../../events/event.ts'
import { shortDuration } from '../durations.ts'
import { plural } from '../problems.ts'
import { outcomeTones, type Symbols } from '../symbols.ts'
import { command as commandPiece, toned, type Line, type Piece } from '../text.ts'
import { titleOf } from './scenario-line.ts'

export interface SummaryOptions {
  readonly symbols: Symbols
  /** Files that other reporters write, such as `html: out/report.html`. */
  readonly reports: readonly string[]
}

type RunEnded = EventOf<'run:ended'>

const SLOWEST = 3

/** What came of the run as a whole. */
export function summaryLines(state: RunState, options: SummaryOptions): readonly Line[] {
  const { ended } = state
  return [
    ...(ended?.internalError === undefined ? [] : [stop('internal error', ended.internalError)]),
    ...(ended?.targetError === undefined ? [] : targetLines(ended.targetError)),
    ...notWellLines(state, options.symbols),
    ...cutOffLines(state),
    ...leftoverLines(state),
    ...keptLines(state),
    [toned('strong', plural(plannedOf(state).length, 'scenario')), ': ', ...countPieces(state)],
    ...timeLines(state, options.symbols),
    ...options.reports.map((report): Line => [toned('dim', `report ${report}`)]),
  ]
}

function stop(what: string, message: string): Line {
  return [toned('bad', `${what}: `), message]
}

function targetLines(error: { readonly message: string; readonly hint?: string }): readonly Line[] {
  const hint: Line[] = error.hint === undefined ? [] : [[toned('good', 'hint: '), error.hint]]
  return [stop('target', error.message), ...hint]
}

/** The names again, because their blocks may have scrolled away. */
function notWellLines({ finished }: RunState, symbols: Symbols): readonly Line[] {
  const listed = finished.filter(
    ({ outcome }) => outcome === 'failed' || outcome === 'broken' || outcome === 'flaky',
  )
  if (listed.length === 0) return []
  return [...listed.map((record) => nameLine(record, symbols)), []]
}

function nameLine({ plan, outcome = 'cancelled' }: ScenarioRecord, symbols: Symbols): Line {
  return [
    toned(outcomeTones[outcome], `${symbols.marks[outcome]} ${outcome}`),
    ` ${titleOf(plan)} `,
    toned('dim', `${plan.file}:${plan.line}`),
  ]
}

/** What ran when the run, or its log, was cut off. */
function cutOffLines({ running }: RunState): readonly Line[] {
  if (running.size === 0) return []
  const lines = [...running.values()].map(({ plan, attempts }): Line => {
    const open = attempts.at(-1)?.steps.findLast((step) => step.outcome === undefined)
    const where = open === undefined ? '' : `, in ${open.step} (${open.verb})`
    return [
      toned('warn', 'cut off'),
      ` ${titleOf(plan)}${where} `,
      toned('dim', `${plan.file}:${open?.span.line ?? plan.line}`),
    ]
  })
  return [...lines, []]
}

function leftoverLines({ leftovers }: RunState): readonly Line[] {
  if (leftovers.length === 0) return []
  return [
    [toned('bad', `left behind: ${plural(leftovers.length, 'thing')}`)],
    ...leftovers.flatMap(({ what, reason, command }): readonly Line[] => [
      [`  ${what}: ${reason}`],
      ['    remove it with ', commandPiece(command)],
    ]),
    [],
  ]
}

function keptLines({ kept }: RunState): readonly Line[] {
  if (kept.length === 0) return []
  return [
    [toned('strong', `kept to be looked at: ${plural(kept.length, 'thing')}`)],
    ...kept.flatMap(({ what, look, remove }): readonly Line[] => [
      [`  ${what}`],
      ['    look with ', commandPiece(look)],
      ['    remove it with ', commandPiece(remove)],
    ]),
    [],
  ]
}

function countPieces(state: RunState): readonly Piece[] {
  const counts = Object.entries(state.counts) as [Outcome, number][]
  const pieces = counts
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => toned(outcomeTones[outcome], `${count} ${outcome}`))
  const unfinished = unfinishedOf(state).length
  if (unfinished > 0) pieces.push(toned('warn', `${unfinished} not finished`))
  if (pieces.length === 0) return ['nothing ran']
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [', ', piece]))
}

function timeLines({ started, ended, finished, interrupted }: RunState, symbols: Symbols): readonly Line[] {
  const lines: Line[] = []
  if (interrupted !== undefined) lines.push([toned('warn', `stopped by ${interrupted.signal}`)])
  if (ended === undefined) return [...lines, [toned('warn', 'the run did not come to its end')]]
  const phases = Object.entries(ended.phases).map(([phase, ms]) => `${phase} ${shortDuration(ms)}`)
  const virtualMs = [...finished].reduce((sum, { ms = 0 }) => sum + ms, 0)
  const busy =
    started?.clock === 'virtual'
      ? `clock virtual, ${shortDuration(virtualMs)} of it passed in the scenarios`
      : `threads busy ${Math.round(ended.busy * 100)}%`
  const time = [`${shortDuration(ended.ms)} (${phases.join(', ')})`, busy].join(` ${symbols.dot} `)
  lines.push([toned('dim', phases.length === 0 ? `time ${shortDuration(ended.ms)}` : `time ${time}`)])
  if (ended.makespan !== undefined && finished.length > 1) lines.push(makespanLine(ended.makespan, symbols))
  const slowest = [...finished]
    .filter(({ ms = 0 }) => ms > 0)
    .sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0))
    .slice(0, SLOWEST)
  const names = slowest.map(({ plan, ms = 0 }) => `${plan.id} ${shortDuration(ms)}`)
  if (finished.length > 1 && names.length > 0) lines.push([toned('dim', `slowest ${names.join(', ')}`)])
  return lines
}

/** How long the scenarios took side by side, against what no schedule could have undercut. */
function makespanLine({ ms, floorMs, bound }: NonNullable<RunEnded['makespan']>, symbols: Symbols): Line {
  const ratio = floorMs === 0 ? '' : ` ${symbols.dot} ${(ms / floorMs).toFixed(2)} times the floor`
  return [
    toned('dim', `makespan ${shortDuration(ms)}, at least ${shortDuration(floorMs)} (${bound})${ratio}`),
  ]
}
