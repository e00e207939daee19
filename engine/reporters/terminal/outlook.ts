import { toned, type Line } from '../text.ts'
import { seconds } from './lane-lines.ts'

/** What events do not tell of a run: who waits for what, and which threads do not answer. */
export interface Outlook {
  readonly blocked: readonly {
    readonly scenario: string
    /** `lock x, which a has`; `a lane`. */
    readonly waitsFor: readonly string[]
  }[]
  readonly silent: readonly { readonly thread: number; readonly ms: number }[]
}

/** So many that wait for nothing but a lane are named; the others are counted. */
const MOST_FOR_A_LANE = 5

/** For the live picture, below its lanes. */
export function outlookLines({ blocked, silent }: Outlook): readonly Line[] {
  const forLane = blocked.filter(({ waitsFor }) => waitsFor.every((what) => what === 'a lane'))
  const forMore = blocked.filter((one) => !forLane.includes(one))
  const named = forLane.slice(0, MOST_FOR_A_LANE)
  const rest = forLane.length - named.length
  return [
    ...silent.map(({ thread, ms }): Line => [
      '  ',
      toned('warn', `thread ${thread} does not answer`),
      `: its loop has not turned for ${seconds(ms)}`,
    ]),
    ...[...forMore, ...named].map(({ scenario, waitsFor }): Line => [
      toned('dim', '  waiting '),
      scenario,
      ` for ${waitsFor.length === 0 ? 'its turn' : waitsFor.join(' and ')}`,
    ]),
    ...(rest === 0 ? [] : [[toned('dim', `  waiting ${rest} more for a lane`)]]),
  ]
}
