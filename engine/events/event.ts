import type { Failure, Outcome } from '../base/failure.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { Problem } from '../base/problem.ts'
import type { Span } from '../base/span.ts'
import type { Exchange, ForwardInfo, Kept, KubernetesEvent, Leftover } from './facts.ts'
import type { KeyType } from '../base/key-type.ts'

export type { Exchange, ForwardInfo, Kept, KubernetesEvent, Leftover }

/** The step of an exchange that was made before the first one, to have metrics to count from. */
export const SET_UP = 'setup'

export interface StepPlace {
  readonly scenario: string
  readonly attempt: number
  /** Path of the step in its file, with passes of loops: `steps.3`, `finally.0`. */
  readonly step: string
}

interface Payloads {
  'run:started': {
    readonly run: string
    readonly version: string
    readonly wall: number
    readonly target: string
    readonly profiles: readonly string[]
    readonly threads: number
    /** Why so many: `2 CPUs`, `--threads 4`. */
    readonly threadsReason: string
    readonly lanes: number
    readonly clock: 'real' | 'virtual'
    readonly seed: string
    readonly redis: string
    readonly gateway: string
    /** Faults and presets that the reference gateway was given; absent without any. */
    readonly faults?: readonly string[]
    /** Deployment → what scenarios are told of its gateway. */
    readonly gateways?: Readonly<Record<string, GatewayFacts>>
    readonly scenarios: readonly PlannedScenario[]
    /** The rest of the suite, which other shards run. */
    readonly elsewhere?: readonly PlannedScenario[]
  }
  /** File → text of all that scenarios come from, so that a log alone can show it. */
  'sources:read': { readonly texts: Readonly<Record<string, string>> }
  'thread:ready': { readonly thread: number; readonly forwards: readonly ForwardInfo[] }
  'thread:lost': { readonly thread: number; readonly reason: string }
  'scenario:started': {
    readonly scenario: string
    readonly attempt: number
    readonly thread: number
    readonly lane: number
    /** The gateway it runs on; absent for `gateway: none`. */
    readonly deployment?: string
    readonly namespaces: Readonly<Record<string, string>>
  }
  'step:started': StepPlace & { readonly verb: string; readonly title: string; readonly span: Span }
  'step:ended': StepPlace & {
    readonly verb: string
    readonly outcome: 'passed' | 'failed' | 'broken' | 'skipped' | 'cancelled'
    readonly ms: number
    readonly failure?: Failure
    /** What `as` stored. */
    readonly result?: Json
  }
  /** A step has looked, has not seen what it waits for, and goes on waiting; told again when it sees something else. */
  'step:waiting': StepPlace & {
    /** How long it will wait yet at most, in milliseconds. */
    readonly ms: number
    /** What there is instead, in words. */
    readonly seen?: string
  }
  'exchange:seen': StepPlace & { readonly exchange: Exchange }
  'object:seen': {
    readonly scenario: string
    readonly attempt: number
    readonly change: 'added' | 'modified' | 'deleted'
    readonly object: JsonObject
  }
  /** A key of Redis is something else than when this attempt last looked, or lives otherwise. */
  'key:seen': {
    readonly scenario: string
    readonly attempt: number
    /** Absent for a look after the last step, at why the attempt did not pass. */
    readonly step?: string
    readonly key: string
    /** `none`: it is not there. */
    readonly is: KeyType
    /** A text, a map, a list; null where it is not there. */
    readonly value: Json
    /** Time left; absent for a key that stays, or is not there. */
    readonly ttlMs?: number
  }
  /** What a scenario did to a key of Redis itself. */
  'key:commanded': StepPlace & {
    readonly key: string
    /** `PEXPIRE 1`: without the key. */
    readonly command: string
    readonly reply: Json
  }
  /** The gateway has accepted a signal and keeps it back, in a buffer or a window, so that an object must follow. */
  'signal:held': StepPlace & {
    /** From 0 in each attempt. */
    readonly number: number
    /** `HighCpu of app-x1:Pod:api-1`. */
    readonly signal: string
    /** As the gateway calls it, where it has one. */
    readonly window?: string
    /** The longest that its timers allow, in milliseconds. */
    readonly ms: number
  }
  /** An object shows for signals that were held. */
  'signals:released': {
    readonly scenario: string
    readonly attempt: number
    readonly numbers: readonly number[]
    /** `namespace/name` of the object. */
    readonly object: string
  }
  'note:written': StepPlace & { readonly text: string }
  'warning:raised': { readonly scenario: string; readonly attempt: number; readonly text: string }
  /** Stops before it tidies up, so that somebody can look at what there is. */
  'attempt:paused': {
    readonly scenario: string
    readonly attempt: number
    readonly failure: Failure
    /** Ways to the gateway and Redis it was about, open as long as it waits. */
    readonly forwards: readonly ForwardInfo[]
  }
  /** Of an attempt that did not pass: what its gateway and its cluster have to say, before everything is removed. */
  'diagnostics:collected': {
    readonly scenario: string
    readonly attempt: number
    /** What the gateway wrote while the attempt went on, oldest first; of one that serves others, too, the lines with names of this attempt. */
    readonly gatewayLog: readonly string[]
    /** So many older lines had no room. */
    readonly logLinesLeftOut: number
    /** Of the scenario's namespaces and the gateway's own, oldest first. */
    readonly kubernetes: readonly KubernetesEvent[]
    /** What could not be had, and why, a line each. */
    readonly missing: readonly string[]
  }
  'attempt:resumed': { readonly scenario: string; readonly attempt: number }
  'attempt:ended': {
    readonly scenario: string
    readonly attempt: number
    readonly outcome: 'passed' | 'failed' | 'broken' | 'cancelled' | 'skipped'
    /** Milliseconds on its lane: from the first namespace made to the last `finally` step. */
    readonly ms: number
    /** The first failure of a step, of the ledger or of the set-up. */
    readonly failure?: Failure
    /** Failures of `finally` steps, which never hide the first one. */
    readonly further?: readonly Failure[]
    /** Names of the steps that failed, innermost first; of `steps` alone. */
    readonly failedAt?: readonly string[]
    readonly leftovers: readonly Leftover[]
    /** Left on purpose, by `--keep`. */
    readonly kept?: readonly Kept[]
  }
  'scenario:ended': {
    readonly scenario: string
    readonly outcome: Outcome
    readonly ms: number
    readonly attempts: number
    readonly failure?: Failure
    /** Why it was skipped, quarantined or cancelled. */
    readonly reason?: string
  }
  'leftover:found': Leftover
  'run:interrupted': { readonly signal: 'SIGINT' | 'SIGTERM'; readonly times: number }
  'problem:raised': { readonly problem: Problem }
  'run:ended': {
    readonly ms: number
    /** Milliseconds by phase: `provision`, `scenarios`, `cleanup`. */
    readonly phases: Readonly<Record<string, number>>
    /** Share of lane time in which a scenario was in flight, 0–1. */
    readonly busy: number
    /** From the first start of a scenario to the last end on a lane, in milliseconds; and what it could have been at least. */
    readonly makespan?: { readonly ms: number; readonly floorMs: number; readonly bound: string }
    /** An error of the engine itself. */
    readonly internalError?: string
    /** Why the target could not be brought up; nothing ran. */
    readonly targetError?: { readonly message: string; readonly hint?: string }
  }
}

/** A deployed gateway as scenarios know it. */
export interface GatewayFacts {
  readonly version: string
  /** What stands behind `gateway.` in expressions. */
  readonly settings: Readonly<Record<string, string | number>>
}

export interface PlannedScenario {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly tags: readonly string[]
  readonly profile: string
  /** How long it will take on its lane: as it did in earlier runs, else guessed from its file. */
  readonly expected?: { readonly ms: number; readonly from: 'history' | 'file' }
}

export type EventType = keyof Payloads

/** An event as a thread tells it; the host numbers and stamps it. */
export type EventBody = { readonly [T in EventType]: { readonly type: T } & Payloads[T] }[EventType]

/** One line of `events.ndjson`. */
export type Event = EventBody & {
  /** From 0, without a gap. */
  readonly seq: number
  /** Milliseconds since the run began. */
  readonly at: number
}

export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>
