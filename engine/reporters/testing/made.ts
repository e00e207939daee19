import type { Event } from '../../events/event.ts'
import { reduce } from '../../events/reduce.ts'
import { initialState } from '../../events/run-state.ts'
import { loadReport, type ReportKind } from '../reports/index.ts'

/** The whole text of a report of these events. */
export async function made(kind: ReportKind, events: readonly Event[]): Promise<string> {
  let text = ''
  const report = (await loadReport(kind))({ write: (piece) => void (text += piece) })
  let state = initialState
  for (const event of events) {
    state = reduce(state, event)
    report.on?.(event, state)
  }
  await report.close?.(state)
  return text
}
