import type { PlannedScenario } from '../../events/event.ts'
import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { shortDuration } from '../durations.ts'
import { outcomeTones, type Symbols } from '../symbols.ts'
import { toned, type Line, type Piece } from '../text.ts'
import { usualWhenSlow } from './slow.ts'

/** One finished scenario; whatever did not simply pass says so in words. */
export function scenarioLines(record: ScenarioRecord, symbols: Symbols): readonly Line[] {
  const { plan, attempts, outcome = 'cancelled', ms = 0, reason } = record
  const tone = outcomeTones[outcome]
  const last = attempts.at(-1)
  const where: Piece[] =
    last === undefined ? [] : [' ', toned('dim', `(${shortDuration(ms)}, thread ${last.thread})`)]
  const words: Piece[] = outcome === 'passed' ? [] : [' ', toned(tone, outcome)]
  const count: Piece[] = attempts.length > 1 ? [` after ${attempts.length} attempts`] : []
  const why: Piece[] = reason === undefined ? [] : [`: ${reason}`]
  const usual = usualWhenSlow(plan, ms)
  const slow: Piece[] =
    usual === undefined ? [] : [' ', toned('warn', 'SLOW'), `, usually ${shortDuration(usual)}`]
  const warnings = attempts.flatMap((attempt) => attempt.warnings)
  return [
    [toned(tone, symbols.marks[outcome]), ' ', titleOf(plan), ...where, ...words, ...count, ...slow, ...why],
    ...warnings.map((text): Line => ['  ', toned('warn', 'warning: '), text]),
  ]
}

export function titleOf({ id, name }: PlannedScenario): string {
  return id === name || name === '' ? id : `${id}: ${name}`
}
