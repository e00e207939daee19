import { asciiSymbols, unicodeSymbols } from '../../reporters/symbols.ts'
import { command, toned, type Line } from '../../reporters/text.ts'
import type { Check } from './check.ts'

/** A line for each, with what mends it below, and the verdict. */
export function checkLines(checks: readonly Check[], target: string, unicode: boolean): readonly Line[] {
  const symbols = unicode ? unicodeSymbols : asciiSymbols
  const width = Math.max(...checks.map(({ name }) => name.length))
  const marks = {
    ok: toned('good', symbols.marks.passed),
    bad: toned('bad', symbols.marks.failed),
    off: toned('dim', unicode ? '–' : '-'),
  } as const
  const lines = checks.flatMap(({ name, state, says, mend }): readonly Line[] => [
    [marks[state], ` ${name.padEnd(width)}  `, says],
    ...(mend === undefined ? [] : [[' '.repeat(width + 4), toned('dim', 'mend: '), command(mend)]]),
  ])
  const wrong = checks.filter(({ state }) => state === 'bad').length
  const verdict =
    wrong === 0
      ? toned('good', `a run with --target ${target} can work`)
      : toned(
          'bad',
          `a run with --target ${target} cannot work: ${wrong} ${wrong === 1 ? 'thing' : 'things'} to mend`,
        )
  return [...lines, [], [verdict]]
}
