import { formatDuration } from '../base/duration.ts'

/** As people read it in passing: `12ms`, `4.2s`, `1m5.3s`. */
export function shortDuration(ms: number): string {
  return ms < 1000 ? formatDuration(Math.round(ms)) : formatDuration(Math.round(ms / 100) * 100)
}
