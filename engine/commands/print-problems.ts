import { problemLines } from '../reporters/problems.ts'
import { colourPaint, wantsColour } from '../reporters/terminal/colour.ts'
import { plainPaint, renderLines } from '../reporters/text.ts'
import type { Loaded } from '../scenario/load.ts'
import type { World } from './world.ts'

export interface PrintOptions {
  readonly colour?: 'auto' | 'always' | 'never'
}

/** All problems with their frames, on standard error. */
export function printProblems(
  { problems, sources, files }: Loaded,
  { colour }: PrintOptions,
  { stderr, env }: World,
): void {
  const coloured = wantsColour({
    isTTY: stderr.isTTY,
    env,
    ...(colour === undefined ? {} : { flag: colour }),
  })
  const lines = problemLines({
    problems,
    files,
    sourceOf: (file) => sources.get(file),
    ...(stderr.columns === undefined ? {} : { columns: stderr.columns }),
  })
  stderr.write(renderLines(lines, coloured ? colourPaint() : plainPaint))
}
