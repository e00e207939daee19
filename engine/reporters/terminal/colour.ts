import { Chalk } from 'chalk'

import type { Paint } from '../text.ts'

export interface ColourOptions {
  readonly isTTY: boolean
  readonly env: {
    readonly NO_COLOR?: string | undefined
    readonly FORCE_COLOR?: string | undefined
    readonly TERM?: string | undefined
    readonly CI?: string | undefined
  }
  readonly flag?: 'auto' | 'always' | 'never'
}

/**
 * Colours or none: the flag, then FORCE_COLOR, then a NO_COLOR that is not empty, then the terminal. Only the sixteen
 * colours that every palette defines are used, so one level is enough.
 */
export function wantsColour({ isTTY, env, flag = 'auto' }: ColourOptions): boolean {
  if (flag !== 'auto') return flag === 'always'
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR)
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return isTTY && env.TERM !== 'dumb'
}

export function colourPaint(): Paint {
  const chalk = new Chalk({ level: 1 })
  return {
    plain: (text) => text,
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    accent: chalk.blue,
  }
}
