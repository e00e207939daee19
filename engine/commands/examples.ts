import type { Command } from 'commander'

/** A line to paste into a shell, and what it is for. */
export type Example = readonly [line: string, what?: string]

/** Puts examples below the help of a command, with what they are for in a column of its own. */
export function addExamples(command: Command, examples: readonly Example[]): void {
  const width = Math.max(...examples.map(([line, what]) => (what === undefined ? 0 : line.length)))
  const rows = examples.map(([line, what = '']) => `  ${`${line.padEnd(width)}   ${what}`.trimEnd()}`)
  command.addHelpText('after', `\nExamples:\n${rows.join('\n')}\n`)
}
