import type { Clock } from '../base/clock.ts'
import type { Json, JsonObject } from '../base/json.ts'
import type { Outage } from '../base/outage.ts'
import type { Span } from '../base/span.ts'
import type { KubeClient, ResourceType } from '../cluster/types.ts'
import type { Revision } from '../cluster/object-history.ts'
import type { ObjectStream } from '../cluster/watch-hub.ts'
import type { EventBody, StepPlace } from '../events/event.ts'
import type { GatewayDescription, Settings } from '../gateway/description.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import type { GatewayPort } from './gateway-port.ts'
import type { Introduced, NestedList } from './nested.ts'
import type { Samples } from './prometheus.ts'
import type { SignalAccount } from './signal-account.ts'
import type { Past } from './subjects/history-claims.ts'

/** What a step may tell while it runs; the runner adds where it happened. */
export type StepNews =
  | Unplaced<'exchange:seen'>
  | Unplaced<'note:written'>
  | Unplaced<'step:waiting'>
  | Unplaced<'key:seen'>
  | Unplaced<'key:commanded'>
  | { readonly type: 'warning:raised'; readonly text: string }
type Unplaced<T extends EventBody['type']> = Omit<Extract<EventBody, { type: T }>, keyof StepPlace>

/** Names that a round of a loop adds: `i`, `row`, and what a loop calls itself. */
export type RoundNames = Readonly<Record<string, Json>>

/** Everything a verb may touch while it runs. One per step. */
export interface StepContext {
  readonly clock: Clock
  /** Aborted at the step's or the attempt's deadline, and when the run is cancelled. */
  readonly signal: AbortSignal
  /** `clock.now()` when the step began; `within` and `for` count from here. */
  readonly startedAt: number
  readonly description: GatewayDescription
  /** Of the deployed profile: `settings.window` is `2s`. */
  readonly settings: Settings
  /** Version of the deployed gateway: a preset's name, or `unknown`. */
  readonly version: string
  readonly gateway: GatewayPort
  readonly client: KubeClient
  /** The thread's one watch of a kind, ready to be read. */
  objects(type: ResourceType): Promise<ObjectStream>
  /** Every state of the objects of a kind that was seen in this attempt's namespaces. */
  seen(type: ResourceType): readonly Revision[]
  /** The states of objects of a kind, of each since it was made or this attempt began. */
  past(type: ResourceType): Past
  /** Where a kind lives in the API; undefined when the cluster has no such kind. */
  resourceType(apiVersion: string, kind: string): Promise<ResourceType | undefined>
  readonly redis: RedisClient
  /** Whether a reply to this attempt says that the gateway wrote this key, so that it may be gone before we look. */
  wroteKey(key: string): boolean
  /** Resolves when all requests that this attempt has sent to the gateway are answered or lost. */
  answered(): Promise<void>
  /** Whether a text holds a namespace or a unique name of this attempt. */
  isOwn(text: string): boolean
  /** What has become of the signals that this attempt sent. */
  readonly account: SignalAccount
  /** Names of the namespaces this attempt owns. */
  readonly namespaces: readonly string[]
  /** Kinds that the configuration lets scenarios write, beside those of the gateway and ConfigMaps. */
  readonly allowedKinds: readonly string[]
  /** Metrics as they were before the first step; taken for scenarios that ask for metrics. */
  readonly baseline: Samples | undefined
  /** Milliseconds of a duration's text; a bad one is `broken`. */
  readonly duration: (text: string) => number
  /** Where a value of this step's input stands in its file; the nearest parent when it is not there. */
  span(...path: readonly (string | number)[]): Span
  /** The same step until another signal, seen from one of the keys of its input. */
  below(key: string, signal: AbortSignal): StepContext
  readonly write: (news: StepNews) => void
  /** The whole input of this step with its templates evaluated anew, for one round. */
  round(names: RoundNames): JsonObject
  /** A CEL expression that sees `it`. */
  readonly evaluate: (expression: string, it: unknown) => unknown
  /** Keeps metrics as those of a named moment. */
  mark(name: string, samples: Samples): void
  /** The metrics of a named moment. */
  moment(name: string): Samples | undefined
  /** Runs steps that stand in this step's input, one after the other; rejects with `NestedFailure` at the first that does not pass. */
  perform(list: NestedList): Promise<Introduced>
  /** Runs the template that an input of `use` names, with its inputs; gives its outputs. */
  performTemplate(input: JsonObject): Promise<JsonObject>
  /** Makes names known to the steps after this one. */
  introduce(names: Introduced): void
  /** The lines of the gateway's log that are about this attempt. */
  gatewayLog(): Promise<readonly string[]>
  /** Breaks a part of the target; what it gives mends it, and resolves when the way to the gateway is open again. */
  breakTarget(outage: Outage): Promise<() => Promise<void>>
  /** Binds this step's input as variables, keeping the types of expressions. */
  readonly bindVars: () => void
}
