/** A part of a target that a scenario wants broken. Plain data: crosses threads. */
export type Outage =
  | { readonly gateway: 'restart' | 'down' }
  | { readonly redis: 'down' | 'pause' | 'slow' | 'lose' }
  | { readonly forward: 'cut' }
  | { readonly api: ApiOutage }

/** What becomes of the requests that the gateway sends to the Kubernetes API. */
export interface ApiOutage {
  /** Answered instead of doing what was asked. */
  readonly status?: number
  /** Requests are done, and the connection is reset in place of the reply. */
  readonly lost?: boolean
  /** Over after so many requests; no limit unless told. */
  readonly times?: number
  /** Of how many requests, drawn by lot: 0 … 1; all unless told. */
  readonly share?: number
  /** What `Retry-After` says. */
  readonly retryAfterMs?: number
  /** How long each request is held back. */
  readonly delayMs?: number
  readonly verbs?: readonly string[]
  /** Plural, such as `namespaces`. */
  readonly resource?: string
}

/** `redis down`, `api 429`: as reports name it. */
export function outageName(outage: Outage): string {
  if (!('api' in outage)) return Object.entries(outage).flat().join(' ')
  const { status, lost, delayMs } = outage.api
  if (status !== undefined) return `api ${status}`
  if (lost === true) return 'api reply lost'
  return delayMs === undefined ? 'api fault' : 'api slow'
}
