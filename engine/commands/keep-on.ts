import type { Keep } from '../run/keep.ts'
import type { Target } from '../targets/target.ts'

/** What can be kept on this target; says so where that is not what was asked for. */
export function keepOn(
  { name }: Pick<Target, 'name'>,
  keep: Keep = 'never',
  say: (text: string) => void = () => undefined,
): Keep {
  if (keep === 'never' || name !== 'embedded') return keep
  say(
    `--keep ${keep}: the embedded target ends with this run, and all that is in it; --pause-on-failure holds what failed until you have looked\n`,
  )
  return 'never'
}
