import type { Failure, Mismatch, Outcome } from '../../base/failure.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import type { Span } from '../../base/span.ts'
import type { Exchange, ForwardInfo, Kept, KubernetesEvent, Leftover } from '../../events/event.ts'

/** All times are milliseconds; those that are called `at`, `from`, `to` and `until` count from the beginning of the run. */

/** How a scenario, an attempt or a step stands in the report. `unfinished`: it, or its log, was cut off. */
export type Ending = Outcome | 'unfinished'

/** What the page knows before anything is opened. */
export interface PageIndex {
  readonly run: RunFacts
  /** In the order of the plan. */
  readonly scenarios: readonly ScenarioRow[]
  /** File → the chunk that has its text under `file:` and its path. */
  readonly files: Readonly<Record<string, number>>
  readonly threads: readonly ThreadRow[]
}

export interface RunFacts {
  /** `3 scenarios: 2 passed, 1 failed`. */
  readonly verdict: string
  /** What is shown of the run, a line each, in order. */
  readonly facts: readonly Fact[]
  /** When the last thing was told. */
  readonly endedAt: number
  /** `provision`, `scenarios`, `cleanup`. */
  readonly phases: Readonly<Record<string, number>>
  /** 0–1. */
  readonly busy?: number
  readonly makespan?: { readonly ms: number; readonly floorMs: number; readonly bound: string }
  /** Why the run as a whole is not to be trusted, in sentences. */
  readonly troubles: readonly string[]
  readonly leftovers: readonly Leftover[]
  readonly kept: readonly Kept[]
  /** Warnings of the files; and of scenarios, which are named. */
  readonly warnings: readonly { readonly text: string; readonly scenario?: string }[]
  /** What scenarios are told of each deployed gateway. */
  readonly gateways: Readonly<Record<string, Readonly<Record<string, string | number>>>>
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export interface ThreadRow {
  readonly thread: number
  readonly readyAt?: number
  readonly forwards: readonly ForwardInfo[]
  readonly lost?: { readonly at: number; readonly reason: string }
}

export interface ScenarioRow {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly tags: readonly string[]
  readonly profile: string
  readonly ending: Ending
  readonly ms: number
  /** How long it usually takes, when this was far longer. */
  readonly usualMs?: number
  /** Why it did not simply pass, in one line. */
  readonly sentence?: string
  readonly attempts: readonly AttemptBar[]
  /** The line that runs it again. */
  readonly rerun: string
  /** The chunk that has its story under `scenario:` and its id; absent when it never began. */
  readonly chunk?: number
}

/** An attempt as the timeline draws it. */
export interface AttemptBar {
  readonly attempt: number
  readonly thread: number
  readonly lane: number
  readonly from: number
  /** Absent when it was cut off. */
  readonly to?: number
  readonly ending: Ending
  /** Those without steps of their own, and windows; the first ones where there are very many. */
  readonly steps: readonly StepBar[]
  /** Times in which the gateway kept signals back. */
  readonly windows: readonly { readonly from: number; readonly to: number }[]
}

export interface StepBar {
  readonly title: string
  readonly from: number
  readonly to: number
  /** `window`: something must hold, or must not, for all of it. */
  readonly kind: 'work' | 'wait' | 'window'
  readonly ending: Ending
  /** From here on it waited for what it had not seen. */
  readonly waitsFrom?: number
}

/** All that is known of one scenario. */
export interface ScenarioStory {
  readonly attempts: readonly AttemptStory[]
}

export interface AttemptStory {
  readonly attempt: number
  readonly thread: number
  readonly lane: number
  readonly deployment?: string
  readonly namespaces: Readonly<Record<string, string>>
  readonly from: number
  readonly to?: number
  readonly ending: Ending
  readonly failure?: Failure
  readonly further: readonly Failure[]
  readonly warnings: readonly string[]
  readonly leftovers: readonly Leftover[]
  readonly kept: readonly Kept[]
  readonly steps: readonly StepStory[]
  readonly objects: readonly ObjectHistory[]
  readonly keys: readonly KeyHistory[]
  /** Series that changed between the first and the last time that metrics were read. */
  readonly metrics?: MetricsChange
  readonly windows: readonly HeldWindow[]
  /** Absent for an attempt that passed. */
  readonly diagnostics?: Diagnostics
}

/** A buffer or a window of the gateway: what it kept back, until an object showed for it. */
export interface HeldWindow {
  /** As the gateway calls it, where it does. */
  readonly name?: string
  readonly from: number
  /** When there was an object; absent when nobody saw one. */
  readonly to?: number
  /** The longest that the gateway's timers allow for. */
  readonly until: number
  readonly signals: readonly string[]
  /** `namespace/name`. */
  readonly object?: string
}

/** What the gateway wrote and Kubernetes told, before everything was removed. */
export interface Diagnostics {
  readonly gatewayLog: readonly string[]
  readonly logLinesLeftOut: number
  readonly kubernetes: readonly KubernetesEvent[]
  readonly missing: readonly string[]
}

export interface StepStory {
  /** `steps.3`, `steps.0/left/1`. */
  readonly step: string
  readonly verb: string
  readonly title: string
  /** The verb in its file. */
  readonly span: Span
  /** 0 at the top. */
  readonly depth: number
  readonly kind: StepBar['kind']
  readonly from: number
  readonly to?: number
  /** As its thread measured it; absent when it was cut off. */
  readonly ms?: number
  readonly ending: Ending
  readonly failure?: Failure
  readonly result?: Json
  readonly waits: readonly Wait[]
  readonly exchanges: readonly TimedExchange[]
  readonly notes: readonly string[]
}

/** It looked, did not see what it waits for, and went on. */
export interface Wait {
  readonly at: number
  readonly until: number
  readonly seen?: string
}

export interface TimedExchange extends Exchange {
  /** When it was over. */
  readonly at: number
}

/** What became of one object of the cluster. */
export interface ObjectHistory {
  /** `Kind namespace/name`. */
  readonly title: string
  readonly revisions: readonly Revision[]
  /** As it was seen last. */
  readonly last: JsonObject
}

export interface Revision {
  readonly at: number
  readonly change: 'added' | 'modified' | 'deleted'
  /** Against the revision before; of the first one nothing. */
  readonly changes: readonly FieldChange[]
}

export interface FieldChange {
  /** Dotted. */
  readonly path: string
  /** Absent where there was nothing. */
  readonly before?: Json
  /** Absent where there is nothing any more. */
  readonly after?: Json
}

/** What was seen of one key of Redis, whenever it was something else, and what the scenario did to it. */
export interface KeyHistory {
  readonly key: string
  readonly looks: readonly KeyLook[]
}

export type KeyLook = { readonly at: number; readonly step?: string } & (
  | { readonly is: string; readonly value: Json; readonly ttlMs?: number }
  | { readonly command: string; readonly reply: Json }
)

export interface MetricsChange {
  readonly from: number
  readonly to: number
  readonly series: readonly { readonly name: string; readonly before?: number; readonly after?: number }[]
}

export type { Mismatch }
