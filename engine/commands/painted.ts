import type { Sink } from '../reporters/define.ts'
import { colourPaint, wantsColour } from '../reporters/terminal/colour.ts'
import { plainPaint, renderLines, type Line } from '../reporters/text.ts'
import { wrap } from '../reporters/wrap.ts'
import type { World } from './world.ts'

/** Turns lines into text for a stream: with its colours, and as wide as it is. */
export function paintedFor(
  sink: Sink,
  { colour }: { readonly colour?: 'auto' | 'always' | 'never' },
  { env }: Pick<World, 'env'>,
): (lines: readonly Line[]) => string {
  const wanted = wantsColour({ isTTY: sink.isTTY, env, ...(colour === undefined ? {} : { flag: colour }) })
  const columns = (): number => (sink.isTTY ? (sink.columns ?? Infinity) : Infinity)
  return (lines) =>
    renderLines(
      lines.flatMap((line) => wrap(line, columns())),
      wanted ? colourPaint() : plainPaint,
    )
}
