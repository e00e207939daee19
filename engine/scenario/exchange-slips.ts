import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { hasTemplate } from '../document/template.ts'
import { suggest } from '../base/suggest.ts'
import type { VerbInput } from './checking.ts'
import { keysOf, verbs } from './grammar.ts'
import { showValue } from './shape-words.ts'
import type { Slip } from './slip.ts'

type Input = Readonly<Record<string, unknown>>

/** What a `send` or a `request` says of its requests and responses that could never be true. */
export function exchangeSlips({ verb, value, path }: VerbInput): readonly Slip[] {
  if (!isObject(value) || (verb !== 'send' && verb !== 'request')) return []
  return [
    ...lossSlips(value, path),
    ...(verb === 'send' ? [...roundSlips(value, path), ...tallySlips(value, path)] : []),
  ]
}

/** Of a request that must be lost there is no response to look at, and every one is counted already. */
function lossSlips({ expect, tally }: Input, path: Path): readonly Slip[] {
  if (!isObject(expect) || !('transport' in expect)) return []
  const place = [...path, 'expect']
  const others = ['status', 'headers', 'body'].filter((key) => key in expect)
  const slips: Slip[] = others.map((key) => ({
    code: 'KEYS_EXCLUDE',
    path: place,
    key,
    message: `${key}: expected a response or its loss (transport), got both`,
  }))
  if (tally === undefined) return slips
  const message = 'tally: expected it or expect: { transport: … }, got both'
  const hint = 'to count losses write tally: { transport: … }'
  return [...slips, { code: 'KEYS_EXCLUDE', path, key: 'tally', message, hint }]
}

const known = keysOf(verbs.get('send')?.schema ?? {})

/** What is said of many requests has no meaning for one. */
function roundSlips(input: Input, path: Path): readonly Slip[] {
  const meant = Object.keys(input).map((key) => (known.includes(key) ? key : (suggest(key, known) ?? key)))
  if (meant.includes('times') || meant.includes('each')) return []
  return ['every', 'together']
    .filter((key) => key in input && input[key] !== false)
    .map((key) => ({
      code: 'MISSING_KEY',
      path,
      key,
      message: `${key}: expected times or each beside it, since one request alone is sent`,
    }))
}

const BUCKET = /^([1-5][0-9]{2}|transport|other)$/

function tallySlips(input: Input, path: Path): readonly Slip[] {
  const { tally } = input
  if (!isObject(tally)) return []
  const place = [...path, 'tally']
  const buckets = Object.entries(tally).filter(([bucket]) => bucket !== 'other')
  const unknown = buckets
    .filter(([bucket]) => !BUCKET.test(bucket))
    .map(([bucket]) => ({
      code: 'UNKNOWN_KEY',
      path: place,
      key: bucket,
      message: `${bucket}: expected a status such as 202, transport or other`,
    }))
  const odd = buckets
    .filter(([, count]) => !isOpen(count) && !isCount(count))
    .map(([bucket, count]) => ({
      code: 'BAD_VALUE',
      path: [...place, bucket],
      message: `${bucket}: expected a number of responses or a matcher, got ${showValue(count)}`,
    }))
  const slips = [...unknown, ...odd]
  return slips.length > 0 ? slips : sumSlips(input, tally, place)
}

/** Numbers that are written out and do not add up to what is sent. */
function sumSlips(input: Input, { other, ...buckets }: Input, path: Path): readonly Slip[] {
  const sent = roundsOf(input)
  const counts = Object.values(buckets)
  if (sent === undefined) return []
  const sum = counts.filter(isCount).reduce((all, count) => all + count, 0)
  const isWhole = counts.every(isCount) && (other === undefined || other === false)
  if (isWhole ? sum === sent : sum <= sent) return []
  const message = `tally: its numbers add up to ${sum}, and ${sent} ${sent === 1 ? 'request is' : 'requests are'} sent`
  return [{ code: 'BAD_VALUE', path: path.slice(0, -1), key: 'tally', message }]
}

/** How many requests are sent, where the file says so itself. */
function roundsOf({ times, each }: Input): number | undefined {
  if (each !== undefined) return Array.isArray(each) ? each.length : undefined
  return times === undefined ? 1 : isCount(times) ? times : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** Operators, or a template: what it comes to is seen when the step runs. */
function isOpen(value: unknown): boolean {
  return isObject(value) || (typeof value === 'string' && hasTemplate(value))
}
