/** A time as Go reads it from JSON. */
export interface GoTime {
  /** Milliseconds since the epoch. */
  readonly ms: number
  /** RFC 3339 in whole seconds and in the sender's own zone. */
  readonly text: string
}

/** Go's zero time, 0001-01-01T00:00:00Z. */
const ZERO_MS = -62_135_596_800_000
const LAYOUT = '2006-01-02T15:04:05Z07:00'

/** The parts of RFC 3339 in order: how Go names them, and what matches them. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d{2}/],
  ['-', /^-/],
  ['02', /^\d{2}/],
  ['T', /^T/],
  ['15', /^\d{2}/],
  [':', /^:/],
  ['04', /^\d{2}/],
  [':', /^:/],
  ['05', /^\d{2}(?:[.,]\d+)?/],
  ['Z07:00', /^(?:Z|[+-]\d{2}:\d{2})/],
]

type ParsedTime = { readonly time: GoTime | undefined } | { readonly problem: string }

/** Reads an RFC 3339 text; Go's zero time reads as no time. */
export function parseGoTime(text: string): ParsedTime {
  let rest = text
  const read: string[] = []
  for (const [name, pattern] of PARTS) {
    const found = pattern.exec(rest)?.[0]
    if (found === undefined)
      return { problem: problem(text, `cannot parse ${quote(rest)} as ${quote(name)}`) }
    read.push(found)
    rest = rest.slice(found.length)
  }
  if (rest !== '') return { problem: problem(text, `extra text: ${quote(rest)}`, '') }
  return assemble(text, read)
}

/** RFC 3339 in UTC and whole seconds. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** RFC 3339 in UTC with the fraction Go's `RFC3339Nano` would show. */
export function rfc3339Nano(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z')
}

function assemble(text: string, read: readonly string[]): ParsedTime {
  const at = (index: number): string => read[index] ?? ''
  const [year, month, day] = [at(0), at(2), at(4)]
  const [hour, minute, second, zone] = [at(6), at(8), at(10).replace(',', '.'), at(11)]
  const outside = outOfRange([Number(year), Number(month), Number(day)], [hour, minute, second].map(Number))
  if (outside !== undefined) return { problem: problem(text, `${outside} out of range`, '') }
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second.slice(0, 6)}${zone}`)
  if (Number.isNaN(ms)) return { problem: problem(text, 'time zone offset hour out of range', '') }
  if (ms === ZERO_MS) return { time: undefined }
  const shown = zone === '+00:00' ? 'Z' : zone
  return { time: { ms, text: `${year}-${month}-${day}T${hour}:${minute}:${second.slice(0, 2)}${shown}` } }
}

function outOfRange(date: readonly number[], time: readonly number[]): string | undefined {
  const [year = 0, month = 0, day = 0] = date
  const [hour = 0, minute = 0, second = 0] = time
  if (month < 1 || month > 12) return 'month'
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return 'day'
  if (hour > 23) return 'hour'
  if (minute > 59) return 'minute'
  if (second >= 60) return 'second'
  return undefined
}

function problem(text: string, why: string, before = `as ${quote(LAYOUT)}`): string {
  return before === ''
    ? `parsing time ${quote(text)}: ${why}`
    : `parsing time ${quote(text)} ${before}: ${why}`
}

function quote(text: string): string {
  return JSON.stringify(text)
}
