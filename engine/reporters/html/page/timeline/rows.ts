import type { ForwardInfo } from '../../../../events/event.ts'
import type { AttemptBar, ScenarioRow, ThreadRow } from '../../model.ts'

/** One attempt on a lane, with what it belongs to. */
export interface LaneBar extends AttemptBar {
  readonly row: ScenarioRow
  /** When it was over, or the run was. */
  readonly end: number
}

export type TimelineRow =
  | {
      readonly kind: 'thread'
      readonly top: number
      readonly height: number
      readonly thread: number
      readonly from: number
      readonly to: number
      readonly forwards: readonly ForwardInfo[]
      readonly lost?: string
    }
  | {
      readonly kind: 'lane'
      readonly top: number
      readonly height: number
      readonly thread: number
      readonly lane: number
      /** In the order in which they began. */
      readonly bars: readonly LaneBar[]
    }

export const LANE_HEIGHT = 28
/** Of the name of a thread; its forwards come below. */
export const HEAD_HEIGHT = 20
export const FORWARD_HEIGHT = 3

/** A row for each thread, with its forwards, and one for each lane on which anything ran. */
export function timelineRows(
  threads: readonly ThreadRow[],
  scenarios: readonly ScenarioRow[],
  end: number,
): readonly TimelineRow[] {
  const lanes = barsByLane(scenarios, end)
  const numbers = new Set([...threads.map(({ thread }) => thread), ...lanes.keys()])
  let top = 0
  const added = (height: number): { readonly top: number; readonly height: number } => {
    top += height
    return { top: top - height, height }
  }
  return [...numbers]
    .sort((a, b) => a - b)
    .flatMap((thread): readonly TimelineRow[] => {
      const known = threads.find((one) => one.thread === thread)
      const forwards = known?.forwards ?? []
      const head: TimelineRow = {
        ...{ kind: 'thread', thread, forwards },
        ...added(HEAD_HEIGHT + forwards.length * FORWARD_HEIGHT + 4),
        from: known?.readyAt ?? 0,
        to: known?.lost?.at ?? end,
        ...(known?.lost === undefined ? {} : { lost: known.lost.reason }),
      }
      const ofThread = [...(lanes.get(thread) ?? [])].sort(([a], [b]) => a - b)
      return [
        head,
        ...ofThread.map(([lane, bars]): TimelineRow => ({
          kind: 'lane',
          thread,
          lane,
          bars,
          ...added(LANE_HEIGHT),
        })),
      ]
    })
}

function barsByLane(
  scenarios: readonly ScenarioRow[],
  end: number,
): ReadonlyMap<number, ReadonlyMap<number, readonly LaneBar[]>> {
  const lanes = new Map<number, Map<number, LaneBar[]>>()
  for (const row of scenarios)
    for (const attempt of row.attempts) {
      const ofThread = lanes.get(attempt.thread) ?? new Map<number, LaneBar[]>()
      lanes.set(attempt.thread, ofThread)
      const bars = ofThread.get(attempt.lane) ?? []
      ofThread.set(attempt.lane, bars)
      bars.push({ ...attempt, row, end: attempt.to ?? end })
    }
  for (const ofThread of lanes.values())
    for (const bars of ofThread.values()) bars.sort((a, b) => a.from - b.from)
  return lanes
}
