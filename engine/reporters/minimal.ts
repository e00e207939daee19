import type { Reporter } from './define.ts'
import { createScreen } from './terminal/screen.ts'
import { blockOf, closingLines, type TerminalOptions } from './terminal/terminal.ts'

/** Only what did not do well, and the summary: for programs that read what people would. */
export function createMinimalReporter(options: TerminalOptions): Reporter {
  const screen = createScreen(options.sink, options.paint)
  return {
    name: 'minimal',
    close: (state) => {
      const blocks = state.finished.flatMap((record) => blockOf(record, state, options))
      screen.print([...blocks, ...closingLines(state, options)])
    },
  }
}
