import { problemLines } from '../reporters/problems.ts'
import type { Loaded } from '../scenario/load.ts'
import { paintedFor } from './painted.ts'
import type { World } from './world.ts'

export interface PrintOptions {
  readonly colour?: 'auto' | 'always' | 'never'
}

/** All problems with their frames, on standard error. */
export function printProblems(
  { problems, sources, files }: Loaded,
  options: PrintOptions,
  { stderr, env }: World,
): void {
  const lines = problemLines({
    problems,
    files,
    sourceOf: (file) => sources.get(file),
    ...(stderr.columns === undefined ? {} : { columns: stderr.columns }),
  })
  stderr.write(paintedFor(stderr, options, { env })(lines))
}
