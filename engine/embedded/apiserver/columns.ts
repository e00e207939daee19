import type { StoredObject } from './stored-object.ts'

/** One column of `kubectl get`. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description: string
  /** 0 is always shown, anything above only with `-o wide`. */
  readonly priority: number
  readonly cell: (object: StoredObject, wallMs: number) => string | number | boolean | null
}

/** The age of a stamp as kubectl writes it: `45s`, `3m12s`, `5h`, `12d`. */
export function age(stamp: unknown, wallMs: number): string {
  const since = typeof stamp === 'string' ? Date.parse(stamp) : Number.NaN
  if (Number.isNaN(since)) return '<unknown>'
  const seconds = Math.max(0, Math.floor((wallMs - since) / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (seconds < 120) return `${seconds}s`
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (days < 8) return pair(days, 'd', hours % 24, 'h')
  return `${days}d`
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}

export const AGE: Column = {
  name: 'Age',
  type: 'string',
  description: 'time since the object was created',
  priority: 0,
  cell: ({ metadata }, wallMs) => age(metadata.creationTimestamp, wallMs),
}
