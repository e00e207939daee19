import type { ScenarioRecord, StepRecord } from '../../events/scenario-record.ts'
import type { Symbols } from '../symbols.ts'
import { clip, toned, type Line, type Piece } from '../text.ts'
import { cellsOf, widthOfText } from '../width.ts'

const MOST_OF_ID = 0.4

export interface LaneView {
  /** Milliseconds since the run began. */
  readonly at: number
  readonly columns: number
  readonly symbols: Symbols
}

/** What each of these scenarios does, waits for, and until when: one line each, in the order of the lanes. */
export function laneLines(records: readonly ScenarioRecord[], view: LaneView): readonly Line[] {
  const { columns, symbols } = view
  const most = Math.floor(columns * MOST_OF_ID)
  const rows = [...records].sort(byLane).map((record) => ({
    lane: laneOf(record),
    id: withoutBeginning(record.plan.id, most, symbols.ellipsis),
    record,
  }))
  const laneWidth = Math.max(...rows.map(({ lane }) => lane.length))
  const idWidth = Math.max(...rows.map(({ id }) => widthOfText(id)))
  return rows.map(({ lane, id, record }) => {
    const padded = `${id}${' '.repeat(idWidth - widthOfText(id))}`
    const line: Line = [toned('dim', ` ${lane.padStart(laneWidth)} `), padded, ...doing(record, view.at)]
    return clip(line, columns, symbols.ellipsis)
  })
}

/** The step that is open innermost; none while a scenario is set up or tidies up. */
export function openStep({ attempts }: ScenarioRecord): StepRecord | undefined {
  return attempts.at(-1)?.steps.findLast((step) => step.outcome === undefined)
}

/** Whether its steps are over, and its lane may be another one's. */
export function isTidying(record: ScenarioRecord): boolean {
  const attempt = record.attempts.at(-1)
  return openStep(record) === undefined && attempt?.paused !== true && (attempt?.steps.length ?? 0) > 0
}

export function startOf({ attempts }: ScenarioRecord): number {
  return attempts.at(-1)?.startedAt ?? 0
}

/** `2.7`: thread and lane. */
export function laneOf({ attempts }: ScenarioRecord): string {
  const attempt = attempts.at(-1)
  return attempt === undefined ? '' : `${attempt.thread}.${attempt.lane}`
}

export function byLane(a: ScenarioRecord, b: ScenarioRecord): number {
  const [one, other] = [a.attempts.at(-1), b.attempts.at(-1)]
  return (one?.thread ?? 0) - (other?.thread ?? 0) || (one?.lane ?? 0) - (other?.lane ?? 0)
}

function doing(record: ScenarioRecord, at: number): readonly Piece[] {
  const attempt = record.attempts.at(-1)
  const open = openStep(record)
  if (attempt?.paused === true) return [' ', toned('warn', 'paused')]
  if (open === undefined) return [' ', toned('dim', isTidying(record) ? 'tidies up' : 'sets up')]
  const title = open.title === '' ? open.verb : open.title
  const { waiting } = open
  if (waiting === undefined) return [' ', toned('accent', title), ` ${seconds(at - open.startedAt)}`]
  const seen: Piece[] = waiting.seen === undefined ? [] : [toned('dim', `: ${waiting.seen}`)]
  return [' ', toned('accent', title), ` ${secondsLeft(waiting.until - at)} left`, ...seen]
}

/** Whole seconds, so that nothing is drawn anew without need. */
export function seconds(ms: number): string {
  return `${Math.floor(Math.max(0, ms) / 1000)}s`
}

export function secondsLeft(ms: number): string {
  return `${Math.ceil(Math.max(0, ms) / 1000)}s`
}

function withoutBeginning(text: string, columns: number, ellipsis: string): string {
  if (widthOfText(text) <= columns) return text
  let kept = ''
  let room = columns - widthOfText(ellipsis)
  for (const cell of cellsOf(text).toReversed()) {
    room -= cell.width
    if (room < 0) break
    kept = cell.text + kept
  }
  return `${ellipsis}${kept}`
}
