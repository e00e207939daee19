import { createHash } from 'node:crypto'
import type { GoTime } from './go-time.ts'

/** The thing an alert is about. */
export interface Resource {
  readonly kind: string
  readonly name: string
  readonly namespace: string
}

/** An alert or event in the one form the pipeline works on. */
export interface Signal {
  /** 64 hex digits. */
  readonly fingerprint: string
  readonly name: string
  readonly severity: string
  readonly namespace: string
  readonly resource: Resource
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly type: 'prometheus-alert' | 'kubernetes-event'
  readonly source: 'prometheus' | 'kubernetes-events'
  /** Milliseconds since the epoch; undefined where the sender gave no time. */
  readonly firingMs: number | undefined
  readonly receivedMs: number
  /** The request body as it came, in base64. */
  readonly payload: string
}

/** What an adapter has read from a body, before it is fingerprinted. */
export interface RawSignal extends Omit<Signal, 'fingerprint' | 'receivedMs' | 'payload' | 'firingMs'> {
  readonly firing: GoTime | undefined
}

export interface Identity {
  readonly name: string
  readonly namespace: string
  readonly kind: string
  readonly resource: string
}

/** SHA-256 over `name:namespace:kind:resource`, as lower-case hex. */
export function fingerprint({ name, namespace, kind, resource }: Identity): string {
  return createHash('sha256').update(`${name}:${namespace}:${kind}:${resource}`, 'utf8').digest('hex')
}

/** `<namespace>:<Kind>:<name>`, without the namespace where there is none. */
export function resourceId({ namespace, kind, name }: Resource): string {
  return namespace === '' ? `${kind}:${name}` : `${namespace}:${kind}:${name}`
}
