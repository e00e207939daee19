import { plannedOf } from '../events/run-state.ts'
import type { Reporter } from './define.ts'
import { outcomeTones } from './symbols.ts'
import { createScreen } from './terminal/screen.ts'
import { blockOf, closingLines, type TerminalOptions } from './terminal/terminal.ts'

const PER_ROW = 60

/** One mark for each finished scenario; blocks and summary at the end. */
export function createDotReporter(options: TerminalOptions): Reporter {
  const { sink, symbols, paint } = options
  const screen = createScreen(sink, paint)
  return {
    name: 'dot',
    on: (event, state) => {
      if (event.type !== 'scenario:ended') return
      const { length } = state.finished
      const full = length % PER_ROW === 0 || length === plannedOf(state).length
      sink.write(`${paint[outcomeTones[event.outcome]](symbols.marks[event.outcome])}${full ? '\n' : ''}`)
    },
    close: (state) => {
      const { length } = state.finished
      if (length % PER_ROW !== 0 && length < plannedOf(state).length) sink.write('\n')
      const blocks = state.finished.flatMap((record) => blockOf(record, state, options))
      screen.print([...blocks, ...closingLines(state, options)])
    },
  }
}
