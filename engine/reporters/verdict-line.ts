import { plannedOf, unfinishedOf, type RunState } from '../events/run-state.ts'
import { plural } from './problems.ts'

/** `3 scenarios: 2 passed, 1 failed`. */
export function verdictLine(state: RunState): string {
  const counts = Object.entries(state.counts).filter(([, count]) => count > 0)
  const unfinished = unfinishedOf(state).length
  const words = [
    ...counts.map(([outcome, count]) => `${count} ${outcome}`),
    ...(unfinished > 0 ? [`${unfinished} not finished`] : []),
  ]
  return `${plural(plannedOf(state).length, 'scenario')}: ${words.length === 0 ? 'nothing ran' : words.join(', ')}`
}
