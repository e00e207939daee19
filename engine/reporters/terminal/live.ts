import type { ColourOptions } from './colour.ts'

/** Whether the cursor may be moved: never in a log, and never where a CI system makes one of what we write. */
export function isLive({ isTTY, env }: Pick<ColourOptions, 'isTTY' | 'env'>): boolean {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false'
  return isTTY && env.TERM !== 'dumb' && !ci
}
