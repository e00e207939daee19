/** What events tell of, beside what happens to scenarios. */

/** One request and what came of it, as it goes into reports. Bodies are text, cut at 64 KiB. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly requestBody?: string
  /** Absent when the transport failed. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly transportError?: string
  /** Milliseconds from the first byte written to the last byte read. */
  readonly ms: number
}

/** A local port of one thread that leads to a port of a pod. */
export interface ForwardInfo {
  readonly profile: string
  readonly to: 'gateway' | 'redis'
  readonly localPort: number
  /** `namespace/name` of the pod, or the address when the target needs no forward. */
  readonly pod: string
}

/** Something a run made and could not remove. */
export interface Leftover {
  /** `namespace gwscen-ab12-app`. */
  readonly what: string
  readonly reason: string
  /** What removes it by hand. */
  readonly command: string
}

/** Something a run made and was asked to leave. */
export interface Kept {
  /** `namespace app-x1`. */
  readonly what: string
  /** The command that shows it. */
  readonly look: string
  /** The command that removes it. */
  readonly remove: string
}

/** What Kubernetes tells of an object, such as a pod that cannot start. */
export interface KubernetesEvent {
  readonly kind: 'Normal' | 'Warning'
  /** `BackOff`. */
  readonly reason: string
  readonly namespace: string
  /** `Pod/gateway-7d`. */
  readonly object: string
  readonly message: string
  /** How often it was told. */
  readonly count: number
  /** When it was told last, Unix milliseconds. */
  readonly wall?: number
}
