import type { ScenarioRecord } from '../../events/scenario-record.ts'
import { shortDuration } from '../durations.ts'
import { diagnosticLines } from '../terminal/diagnostic-lines.ts'
import { exchangeLines } from '../terminal/exchange-lines.ts'
import { renderLines, type Line } from '../text.ts'

/** What a scenario did in its latest attempt, a line each: steps, notes, warnings, and the last exchange. */
export function storyText(record: ScenarioRecord | undefined): string {
  const attempt = record?.attempts.at(-1)
  if (attempt === undefined) return ''
  const { thread, lane, namespaces, steps, notes, warnings, lastExchange } = attempt
  const names = Object.entries(namespaces).map(([name, real]) => `${name}=${real}`)
  const lines: Line[] = [
    [`attempt ${attempt.attempt} on thread ${thread}, lane ${lane}`, ...names.map((name) => `, ${name}`)],
    ...steps.all.map(({ step, verb, title, outcome = 'not finished', ms }): Line => [
      `${outcome} ${step} ${title === '' ? verb : title}${ms === undefined ? '' : ` (${shortDuration(ms)})`}`,
    ]),
    ...notes.map((text): Line => [`note: ${text}`]),
    ...warnings.map((text): Line => [`warning: ${text}`]),
    ...(lastExchange === undefined ? [] : exchangeLines(lastExchange.step, lastExchange.exchange)),
    ...diagnosticLines(attempt.diagnostics, { most: 200, longest: 2000 }),
  ]
  return renderLines(lines)
}
