import type { KubeObject } from '../../cluster/types.ts'

/** A RemediationRequest as the API server stores it. */
export type RemediationRequest = KubeObject

/** An API server's refusal, or the lack of an answer. */
export class KubeError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface NamedRef {
  readonly namespace: string
  readonly name: string
}

export interface ListFilter {
  readonly labelSelector: string
  readonly namespace?: string
}

/** What the gateway asks of Kubernetes. Every call rejects with `KubeError`. */
export interface Kube {
  /** Of all namespaces unless one is named, in the order of the API server (namespace, then name). */
  listRemediationRequests(where: ListFilter): Promise<readonly RemediationRequest[]>
  getRemediationRequest(ref: NamedRef): Promise<RemediationRequest>
  createRemediationRequest(object: RemediationRequest): Promise<RemediationRequest>
  /** PUT of the whole object; 409 when it has changed since it was read. */
  updateRemediationRequest(object: RemediationRequest): Promise<RemediationRequest>
  getNamespace(name: string): Promise<KubeObject>
  getConfigMap(ref: NamedRef): Promise<KubeObject>
}

/** One connection to Redis. Rejects on error replies and when Redis cannot be reached. */
export interface Redis {
  command(name: string, ...args: (string | number)[]): Promise<unknown>
}

/** One line of the gateway's log, as JSON. */
export interface LogLine {
  readonly level: 'info' | 'error'
  /** RFC 3339 with milliseconds. */
  readonly ts: string
  readonly msg: string
  readonly [field: string]: string | number | boolean
}

export type Log = (line: LogLine) => void
