import { plannedOf, type RunState } from '../../events/run-state.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { shortDuration } from '../durations.ts'
import { outcomeTones, type Symbols } from '../symbols.ts'
import { toned, type Line, type Piece } from '../text.ts'

const MOST_RUNNING = 8

/** How far the run is at `at` (milliseconds since it started), and what the scenarios that run longest are doing. */
export function footerLines(state: RunState, at: number, symbols: Symbols): readonly Line[] {
  const running = [...state.running.values()].sort((a, b) => startOf(a) - startOf(b))
  const rest = running.length - MOST_RUNNING
  return [
    progressLine(state, at, symbols),
    ...running.slice(0, MOST_RUNNING).map((record) => runningLine(record, at)),
    ...(rest > 0 ? [[toned('dim', `  and ${rest} more`)]] : []),
  ]
}

function progressLine(state: RunState, at: number, { dot }: Symbols): Line {
  const { counts, finished, running } = state
  const bad = (['failed', 'broken', 'flaky'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .flatMap((outcome): Piece[] => [
      ` ${dot} `,
      toned(outcomeTones[outcome], `${counts[outcome]} ${outcome}`),
    ])
  return [
    toned('strong', `${finished.length} of ${plannedOf(state).length} done`),
    ...bad,
    ` ${dot} ${running.size} running ${dot} ${clockText(at)}`,
  ]
}

function runningLine(record: ScenarioRecord, at: number): Line {
  const attempt = record.attempts.at(-1)
  const open = attempt?.steps.findLast((step) => step.outcome === undefined)
  const doing = open === undefined ? '' : ` ${open.title === '' ? open.verb : open.title}`
  const since = shortDuration(Math.max(0, at - (open?.startedAt ?? startOf(record))))
  const place = open === undefined ? '' : ` ${open.span.file}:${open.span.line}`
  return ['  ', record.plan.id, toned('accent', doing), ` ${since}`, toned('dim', place)]
}

function startOf(record: ScenarioRecord): number {
  return record.attempts.at(-1)?.startedAt ?? 0
}

/** `0:07`, `12:30`. */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
