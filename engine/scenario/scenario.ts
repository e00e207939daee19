import type { Json, JsonObject } from '../base/json.ts'
import type { Span } from '../base/span.ts'
import type { Trial } from './trial.ts'

/** A scenario that passed every check. Plain data: crosses threads. Templates are still `${…}` texts, spans are kept by path. */
export interface Scenario {
  /** Path below the root without extension, plus `[case]`. */
  readonly id: string
  readonly name: string
  /** Only where it is run to find out what it is worth. */
  readonly trial?: Trial
  readonly description?: string
  /** As the user would type it, relative to the working directory where that is shorter. */
  readonly file: string
  readonly line: number
  readonly tags: readonly string[]
  readonly covers: readonly string[]
  readonly owner?: string
  /** Name of a profile; absent for `gateway: none`. */
  readonly profile?: string
  readonly exclusive: boolean
  readonly requires: readonly Requirement[]
  readonly namespaces: readonly NamespaceWish[]
  /** Environment variables that `env()` may read. */
  readonly env: readonly string[]
  /** In order; values with templates. */
  readonly vars: readonly Binding[]
  /** The row of `matrix` and `cases` this scenario stands for. */
  readonly case?: JsonObject
  readonly locks: readonly string[]
  readonly serial: boolean
  readonly timeoutMs: number
  readonly retries: number
  readonly skip?: { readonly if?: string; readonly reason: string }
  readonly quarantine?: { readonly owner: string; readonly issue: string; readonly until: string }
  readonly knownGap?: KnownGap
  /** Why the ledger is off; absent = on. */
  readonly ledgerOff?: string
  readonly smoke: boolean
  readonly steps: readonly Step[]
  readonly finally: readonly Step[]
  readonly onFailure: readonly Step[]
  /** Spans of the values in steps and vars, by dotted path from the root of the file: `steps.2.expect.each.spec`. */
  readonly spans: Readonly<Record<string, Span>>
  /** The words with which `use` names templates in this file → their files. */
  readonly uses?: Readonly<Record<string, string>>
  /** Every template that is reached from here, by its file. */
  readonly templates?: Readonly<Record<string, Template>>
}

/** A template that passed every check. Plain data: crosses threads. */
export interface Template {
  readonly file: string
  readonly inputs: Readonly<Record<string, { readonly type: InputType; readonly default?: Json }>>
  /** Name → a value with templates. */
  readonly outputs: JsonObject
  /** As they are written. */
  readonly steps: readonly JsonObject[]
  readonly spans: Readonly<Record<string, Span>>
  readonly uses: Readonly<Record<string, string>>
}

export type InputType = 'text' | 'integer' | 'number' | 'boolean' | 'duration' | 'list' | 'map'

export type Requirement = 'embedded' | 'cluster' | 'logs' | 'faults'

export interface NamespaceWish {
  /** As scenarios say it: `ns.app`. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** False: only a unique name that does not exist. */
  readonly create: boolean
}

export interface Binding {
  readonly name: string
  readonly value: Json
}

export interface KnownGap {
  readonly defect: string
  readonly on: readonly string[]
  readonly step?: string
  readonly sometimes: boolean
  readonly reason?: string
}

/** One step. Nested steps (of `repeat`, `parallel`, `during`) stay in `input` as they are written. */
export interface Step {
  /** `steps.3`; the dotted path of the step in its file. */
  readonly path: string
  /** Of a step inside another one, with the passes of loops: `steps.3/1/0`. A step of the file itself has its path. */
  readonly id?: string
  readonly verb: string
  /** What stands behind the verb. */
  readonly input: Json
  readonly name?: string
  readonly as?: string
  /** A template that gives a boolean. */
  readonly if?: string
  readonly timeoutMs?: number
  /** Of the verb's key. */
  readonly span: Span
}
