import type { LaneBar, TimelineRow } from './rows.ts'

export type Direction = 'before' | 'after' | 'above' | 'below'

/** The bar that is next to another one; the first of all where there is none yet, the same where none is next. */
export function neighbour(
  rows: readonly TimelineRow[],
  bar: LaneBar | undefined,
  direction: Direction,
): LaneBar | undefined {
  const lanes = rows.flatMap((row) => (row.kind === 'lane' ? [row.bars] : []))
  if (bar === undefined) return lanes[0]?.[0]
  const lane = lanes.findIndex((bars) => bars.includes(bar))
  const bars = lanes[lane] ?? []
  if (direction === 'before') return bars[bars.indexOf(bar) - 1] ?? bar
  if (direction === 'after') return bars[bars.indexOf(bar) + 1] ?? bar
  return nearest(lanes[lane + (direction === 'above' ? -1 : 1)] ?? [], bar) ?? bar
}

function nearest(bars: readonly LaneBar[], { from, end }: LaneBar): LaneBar | undefined {
  const middle = (from + end) / 2
  const away = (bar: LaneBar): number => Math.max(bar.from - middle, middle - bar.end, 0)
  return bars.reduce<LaneBar | undefined>(
    (best, bar) => (best === undefined || away(bar) < away(best) ? bar : best),
    undefined,
  )
}
