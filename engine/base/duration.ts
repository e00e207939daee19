const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
}
const WHOLE = /^[+-]?(?:\d+(?:\.\d+)?(?:h|ms|m|us|s|ns))+$/
const PART = /(\d+(?:\.\d+)?)(h|ms|m|us|s|ns)/g

/** `1h30m`, `1.5s`, `100ms` → milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined
  const sum = [...text.matchAll(PART)].reduce(
    (ms, [, amount, unit]) => ms + Number(amount) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
  return text.startsWith('-') ? -sum : sum
}

/** Milliseconds → the form authors write: `1m30s`, `1.5s`, `100ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms === 0) return '0s'
  if (ms < 1000) return `${trim(ms)}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = (ms % 60_000) / 1000
  const parts = [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds > 0 ? `${trim(seconds)}s` : '',
  ]
  return parts.join('')
}

function trim(value: number): string {
  return String(Number(value.toFixed(3)))
}
