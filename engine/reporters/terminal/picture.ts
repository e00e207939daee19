import { plannedOf, type RunState } from '../../events/run-state.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { plural } from '../problems.ts'
import type { Symbols } from '../symbols.ts'
import { toned, type Line } from '../text.ts'
import { clockText } from './footer.ts'
import { byLane, isTidying, laneOf, openStep, seconds, secondsLeft, startOf } from './lane-lines.ts'

/** Every lane with the step it is in, where that stands, since when, until when, and what it sees instead. */
export function pictureLines(state: RunState, at: number, symbols: Symbols): readonly Line[] {
  const running = [...state.running.values()].sort(byLane)
  const waiting = plannedOf(state).length - state.finished.length - running.length
  const counts = [
    `${state.finished.length} of ${plural(plannedOf(state).length, 'scenario')} done`,
    `${running.length} running`,
    `${waiting} waiting for a lane`,
    clockText(at),
  ]
  return [
    [toned('strong', counts.join(` ${symbols.dot} `))],
    ...running.map((record) => runningLine(record, at)),
    [],
  ]
}

function runningLine(record: ScenarioRecord, at: number): Line {
  const lane: Line = [
    toned('dim', `  ${laneOf(record)} `),
    record.plan.id,
    ` for ${seconds(at - startOf(record))}: `,
  ]
  const open = openStep(record)
  if (open === undefined) return [...lane, toned('dim', isTidying(record) ? 'tidies up' : 'between steps')]
  const { waiting, span } = open
  const limit = waiting === undefined ? '' : `, at most ${secondsLeft(waiting.until - at)} more`
  const seen = waiting?.seen === undefined ? '' : `; sees: ${waiting.seen}`
  return [
    ...lane,
    toned('accent', open.title === '' ? open.verb : open.title),
    `, for ${seconds(at - open.startedAt)}${limit}${seen} `,
    toned('dim', `${span.file}:${span.line}`),
  ]
}
