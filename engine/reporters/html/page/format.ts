import { shortDuration } from '../../durations.ts'

/** `12ms`, `4.2s`; a dash for what took no time at all. */
export function duration(ms: number): string {
  return shortDuration(Math.max(0, ms))
}

/** When something was, since the run began: `+12.3 s`. */
export function moment(at: number): string {
  return `+${(at / 1000).toFixed(at < 10_000 ? 2 : 1)} s`
}

/** A value as text: words as they are, everything else as JSON, large things over several lines. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return value === '' ? '""' : value
  const flat = JSON.stringify(value)
  return flat.length <= 80 ? flat : JSON.stringify(value, undefined, 2)
}

/** A body as people read it. */
export function bodyText(body: string): string {
  try {
    const value = JSON.parse(body) as unknown
    return typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : body
  } catch {
    return body
  }
}
