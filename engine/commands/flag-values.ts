import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../base/duration.ts'
import { parseShard, type Shard } from '../plan/shard.ts'
import { parseReport } from '../reporters/reports/target.ts'
import { parseTags, type TagTest } from '../plan/tag-expression.ts'

/** Readers of what stands behind a flag; they throw what commander shows as a usage error. */

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 1.')
}

export function threadCount(text: string): number | 'auto' {
  return text === 'auto' ? 'auto' : wholeNumber(text)
}

export function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

/** For flags that may be given several times. */
export function more(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text]
}

/** `kind=path`, as it is written; what it says is read when the run begins. */
export function reportTarget(text: string, earlier: readonly string[]): readonly string[] {
  readBy(parseReport, text)
  return more(text, earlier)
}

export const tagTest = (text: string): TagTest => readBy(parseTags, text)

export const shard = (text: string): Shard => readBy(parseShard, text)

/** Milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new InvalidArgumentError('Expected a duration such as 90s or 2m.')
}

function readBy<T>(read: (text: string) => T, text: string): T {
  try {
    return read(text)
  } catch (error) {
    const { message } = error as Error
    throw new InvalidArgumentError(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`)
  }
}
