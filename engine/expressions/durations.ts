import { Duration } from '@marcbachmann/cel-js/evaluator'

import { parseDuration } from '../base/duration.ts'

const SECOND = 1_000_000_000n
const UNITS: Readonly<Record<string, bigint>> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1000n,
  ns: 1n,
}
const PART = /(\d+)(?:\.(\d+))?(h|ms|m|us|s|ns)/g

const LONGEST_TEXT = 64

/** The most that 64 bits of nanoseconds hold, as elsewhere: about 292 years. */
const LONGEST = 2n ** 63n - 1n

export function nanosOf(duration: Duration): bigint {
  return duration.seconds * SECOND + BigInt(duration.nanos)
}

/** Throws an Error when the amount is more than 292 years. */
export function durationOf(nanos: bigint): Duration {
  if (nanos > LONGEST || nanos < -LONGEST) throw new Error('a duration of more than 292 years')
  return new Duration(nanos / SECOND, Number(nanos % SECOND))
}

/** The grammar of all durations in scenarios: `1h30m`, `1.5s`, `100ms`. Undefined for anything else. */
export function readDuration(text: string): Duration | undefined {
  if (text.length > LONGEST_TEXT || parseDuration(text) === undefined) return undefined
  let nanos = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    const scale = UNITS[unit] ?? 0n
    nanos += BigInt(whole) * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length)
  }
  return nanos > LONGEST ? undefined : durationOf(text.startsWith('-') ? -nanos : nanos)
}

/**
 * The form authors write: `1h30m`, `1.5s`, `100ms`, `-1.5s`. The library's own form is wrong for negative fractions.
 */
export function showDuration(duration: Duration): string {
  const nanos = nanosOf(duration)
  if (nanos < 0n) return `-${showNanos(-nanos)}`
  return nanos === 0n ? '0s' : showNanos(nanos)
}

function showNanos(nanos: bigint): string {
  if (nanos < SECOND) return `${decimal(nanos, 6)}ms`
  const hours = nanos / 3600n / SECOND
  const minutes = (nanos / 60n / SECOND) % 60n
  const seconds = nanos % (60n * SECOND)
  const parts = [
    hours > 0n ? `${hours}h` : '',
    minutes > 0n ? `${minutes}m` : '',
    seconds > 0n ? `${decimal(seconds, 9)}s` : '',
  ]
  return parts.join('')
}

/** `units` counted in 10^-digits, without zeros at the end. */
function decimal(units: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits)
  const fraction = String(units % scale)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  return fraction === '' ? String(units / scale) : `${units / scale}.${fraction}`
}
