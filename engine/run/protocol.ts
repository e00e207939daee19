import type { MessagePort } from 'node:worker_threads'
import type { Outage } from '../base/outage.ts'
import type { ClusterConnection } from '../cluster/types.ts'
import type { EventBody, Leftover } from '../events/event.ts'
import type { LedgerEntry, SignalRequest } from '../gateway/description.ts'
import type { Keep } from './keep.ts'
import type { LoopWords } from './loops.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Deployment } from '../targets/target.ts'
import type { VirtualPlan } from '../targets/virtual-sandbox.ts'

/** The one long task a thread is given. Plain data and a port. */
export interface ThreadTask {
  readonly thread: number
  readonly run: string
  readonly seed: string
  readonly connection: ClusterConnection
  readonly deployments: readonly Deployment[]
  /** How long a pod that is just being replaced may take to be back, in milliseconds. */
  readonly patienceMs: number
  readonly description: string
  /** Kinds that the configuration lets scenarios write, beside the usual ones. */
  readonly allowedKinds: readonly string[]
  /** Values of the environment variables that scenarios declare. */
  readonly env: Readonly<Record<string, string>>
  /** Attempts that failed wait for a `resume` before they tidy up. */
  readonly pauseOnFailure: boolean
  readonly keep: Keep
  /** Under the virtual clock each attempt has a target of its own, made of this. */
  readonly virtual?: VirtualPlan
  readonly port: MessagePort
  /** One word per thread, in shared memory; a thread counts up its own as long as its loop turns. */
  readonly beats: Int32Array
  /** In shared memory: how late the loops of all threads are. */
  readonly loops: LoopWords
}

/** One attempt at a scenario, on one lane. */
export interface AttemptOrder {
  readonly scenario: Scenario
  /** From 1. */
  readonly attempt: number
  readonly lane: number
  /** Absent for `gateway: none`. */
  readonly deployment?: string
}

/** An event, and when a thread told it, in Unix milliseconds. */
export interface Told {
  readonly event: EventBody
  readonly wall: number
}

/** What an attempt left whose thread is gone. */
export interface SweepOrder {
  readonly id: number
  readonly deployment?: string
  readonly namespaces: readonly string[]
  /** What it sent to the gateway, with the replies. */
  readonly signals: readonly LedgerEntry[]
}

export type ToThread =
  /** All that a thread may begin now. */
  | { readonly type: 'attempts'; readonly orders: readonly AttemptOrder[] }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'resume'; readonly scenario: string; readonly attempt: number }
  | { readonly type: 'sweep'; readonly order: SweepOrder }
  /** New credentials. */
  | { readonly type: 'connection'; readonly connection: ClusterConnection }
  | { readonly type: 'close' }
  | FaultAnswer

/** To a `fault` or a `fault-end`: it is done, or why not. */
export interface FaultAnswer {
  readonly type: 'fault-answer'
  readonly id: number
  readonly problem?: string
}

/** Signals of an attempt that are about to leave. */
export interface SignalsSent {
  readonly scenario: string
  readonly attempt: number
  readonly signals: readonly SignalRequest[]
}

export type FromThread =
  | ({ readonly type: 'sending' } & SignalsSent)
  /** Breaks a part of a deployment, until the `fault-end` of that id. */
  | { readonly type: 'fault'; readonly id: number; readonly deployment: string; readonly outage: Outage }
  | { readonly type: 'fault-end'; readonly id: number }
  /** The API server did not take the credentials: they are to be renewed. */
  | { readonly type: 'refused' }
  | { readonly type: 'swept'; readonly id: number; readonly leftovers: readonly Leftover[] }
  | { readonly type: 'events'; readonly events: readonly Told[] }
  /** Faults that could have made a difference to a scenario. */
  | { readonly type: 'touched'; readonly scenario: string; readonly faults: readonly string[] }
  /** The lane may take another scenario; the attempt goes on settling and cleaning up. */
  | { readonly type: 'lane-free'; readonly lane: number; readonly scenario: string; readonly attempt: number }
