import { plannedOf, type RunState } from '../../events/run-state.ts'
import { outcomeTones, type Symbols } from '../symbols.ts'
import { clip, toned, widthOfLine, type Line, type Piece } from '../text.ts'
import { isTidying, laneLines, startOf } from './lane-lines.ts'

export interface FooterView {
  /** Milliseconds since the run began. */
  readonly at: number
  readonly size: { readonly rows: number; readonly columns: number }
  readonly symbols: Symbols
  /** Milliseconds that the rest will take, where that can be told. */
  readonly leftMs?: number | undefined
}

const MOST_LANES = 8
/** The footer never takes more of the screen, so that what has finished stays in sight. */
const MOST_OF_SCREEN = 0.5

/** How far the run is, and what the scenarios that run longest are doing. Every line fits. */
export function footerLines(state: RunState, view: FooterView): readonly Line[] {
  const { at, symbols } = view
  const columns = view.size.columns - 1
  const running = [...state.running.values()].sort(
    (a, b) => Number(isTidying(a)) - Number(isTidying(b)) || startOf(a) - startOf(b),
  )
  const room = Math.max(1, Math.floor(view.size.rows * MOST_OF_SCREEN) - 1)
  const most = Math.min(MOST_LANES, running.length > room ? room - 1 : room)
  const shown = running.slice(0, most)
  const rest = running.length - shown.length
  const more: readonly Line[] = rest > 0 && most > 0 ? [[toned('dim', `  and ${rest} more`)]] : []
  return [
    clip(progressLine(state, view, columns), columns, symbols.ellipsis),
    ...laneLines(shown, { at, columns, symbols }),
    ...more,
  ]
}

/** The line with all there is to say that fits; what is left out first is what the lines below show. */
function progressLine(state: RunState, { at, leftMs, symbols }: FooterView, columns: number): Line {
  const { counts, finished, running } = state
  const done: Piece = toned('strong', `${finished.length} of ${plannedOf(state).length} done`)
  const bad = (['failed', 'broken', 'flaky'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome): Piece => toned(outcomeTones[outcome], `${counts[outcome]} ${outcome}`))
  const left = leftMs === undefined ? [] : [`about ${clockText(leftMs + 999)} left`]
  const choices: readonly (readonly Piece[])[] = [
    [done, ...bad, `${running.size} running`, clockText(at), ...left],
    [done, ...bad, clockText(at), ...left],
    [done, ...bad, clockText(at)],
    [done, ...bad],
  ]
  const lines = choices.map((pieces) => joined(pieces, symbols))
  return lines.find((line) => widthOfLine(line) <= columns) ?? [done]
}

function joined(pieces: readonly Piece[], { dot }: Symbols): Line {
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [` ${dot} `, piece]))
}

/** `0:07`, `12:30`. */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
