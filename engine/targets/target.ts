import type { Json } from '../base/json.ts'
import type { Outage } from '../base/outage.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import type { VirtualPlan } from './virtual-sandbox.ts'

/** One gateway and its Redis as they are deployed. Plain data: crosses threads. */
export interface Deployment {
  /** Its profile's name, with `-x1` behind it for an exclusive one. */
  readonly name: string
  readonly profile: string
  /** Made for one scenario at a time. */
  readonly exclusive: boolean
  /** Where its pods run. */
  readonly namespace: string
  /** Preset or version; `documented` for the reference gateway without faults. */
  readonly version: string
  /** The gateway's own configuration file, parsed. */
  readonly configuration: Json
  /** Where its ports are reached without a forward, as URLs. */
  readonly addresses?: { readonly gateway: string; readonly redis: string }
}

/** What scenarios run against. Provisioned before any lane starts, torn down after the last. */
export interface Target {
  /** For the header: `embedded`, `cluster kind-gwscen`. */
  readonly name: string
  readonly connection: ClusterConnection
  readonly deployments: readonly Deployment[]
  /** `redis-server 7.0.15`. */
  readonly redis: string
  /** `reference gateway`, with its faults. */
  readonly gateway: string
  /** Environment lines that let kubectl, redis-cli and curl in. */
  readonly access: readonly DeploymentAccess[]
  /** Breaks a part of an exclusive deployment; resolves with what mends it. Absent where nothing can be broken. */
  fault?(deployment: string, outage: Outage): Promise<() => Promise<void>>
  /** Makes an exclusive deployment as it was at first: empty Redis, a gateway started anew. */
  reset(deployment: string): Promise<void>
  /** How long a pod that is just being replaced may take until it answers again, in milliseconds; 0 unless given. */
  readonly patienceMs?: number
  /** What renews the credentials of the connection; absent where they last. */
  readonly credentials?: TargetCredentials
  close(): Promise<void>
  /** Under the virtual clock nothing is up: each attempt makes a target of its own of this. */
  readonly virtual?: VirtualPlan
}

export interface TargetCredentials {
  renew(): Promise<unknown>
  /** Calls the listener with each connection that is not as the one before; the returned function ends that. */
  subscribe(listener: (connection: ClusterConnection) => void): () => void
}

export interface DeploymentAccess {
  readonly deployment: string
  readonly gatewayUrl: string
  readonly redisUrl: string
}

/** Which deployments a run needs. */
export interface Wanted {
  readonly profiles: readonly string[]
  /** Profile → how many exclusive ones. */
  readonly exclusive: Readonly<Record<string, number>>
}
