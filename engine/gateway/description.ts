import type { Json, JsonObject } from '../base/json.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'

/**
 * What the engine knows of a gateway under test. Everything else in the engine would serve any webhook gateway that
 * writes objects and Redis keys; a second gateway is a second description.
 */
export interface GatewayDescription {
  readonly name: string
  /** Kinds that `crd:` may name. */
  readonly kinds: Readonly<Record<string, KindDescription>>
  /** What `send` can send, by key. */
  readonly signals: Readonly<Record<string, SignalDescription>>
  /** Whether a raw request to this path is a signal, for the ledger. */
  isSignalPath(path: string): boolean
  readonly keys: Readonly<Record<string, KeyDescription>>
  readonly settings: SettingsDescription
  /** Names of fields that hold base64 of what was sent, in objects and replies. */
  readonly payloads: readonly string[]
  readonly functions: readonly DescribedFunction[]
  readonly ledger: LedgerRules
  readonly pods: {
    readonly gateway: { readonly labelSelector: string; readonly port: number }
    readonly redis: { readonly labelSelector: string; readonly port: number }
  }
  /** Which ConfigMap of the gateway's namespace has its configuration file, and under which key. */
  readonly configuration: { readonly configMap: string; readonly key: string }
  readonly paths: { readonly health: string; readonly ready: string; readonly metrics: string }
  /** The objects that run one gateway beside its Redis, without their namespace. */
  manifests(place: GatewayPlace): readonly KubeObject[]
}

/** Where and with what one gateway is deployed. */
export interface GatewayPlace {
  readonly namespace: string
  readonly image: string
  readonly version: string
  readonly configuration: Json
  /** The text of its priority policy. */
  readonly policy: string
  /** `host:port` of its Redis. */
  readonly redis: string
  /** Changes with anything that the gateway reads only at its start. */
  readonly revision: string
}

export interface KindDescription {
  readonly type: ResourceType
  /** The CRD's manifest below `kind/manifests/`, for checks of field paths. */
  readonly manifest: string
}

export interface SignalDescription {
  readonly summary: string
  /** Draft-07, of what stands behind the key in `send`. */
  readonly schema: JsonObject
  readonly examples: readonly string[]
  /** The key in the input whose literal value names the signal (implicit lock, `unique()` advice). */
  readonly nameKey: string
  readonly presets: readonly string[]
  /** The request for one signal. `wall` is the time of sending, Unix milliseconds. */
  build(input: JsonObject, options: { readonly preset?: string; readonly wall: number }): SignalRequest
  /** The inputs that say what a body says, one for each signal in it, without their times. The reverse of `build`. */
  read(body: Json): ReadSignals
}

export type ReadSignals =
  | { readonly inputs: readonly JsonObject[]; readonly preset: string }
  /** Where in the body something is wrong (`alerts[0].labels`, empty for the whole), and what. */
  | { readonly wrong: { readonly at: string; readonly message: string } }

export interface SignalRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A Redis key that scenarios name instead of spelling it. */
export interface KeyDescription {
  readonly summary: string
  readonly schema: JsonObject
  readonly examples: readonly string[]
  key(input: JsonObject, version: string): string
}

export interface SettingsDescription {
  /** Name below `gateway.` → its CEL type and meaning. */
  readonly fields: Readonly<
    Record<string, { readonly type: 'duration' | 'int' | 'string'; readonly summary: string }>
  >
  /** Reads them out of the deployed configuration; durations as text such as `2s`. */
  read(
    configuration: unknown,
    place: { readonly namespace: string; readonly url: string; readonly version: string },
  ): Settings
}

export type Settings = Readonly<Record<string, string | number>>

export interface DescribedFunction {
  readonly name: string
  readonly parameters: readonly ('string' | 'int' | 'duration')[]
  readonly result: 'string' | 'int' | 'duration'
  readonly summary: string
  run(...values: readonly string[]): string
}

/** One accepted or refused signal of a scenario, as the ledger keeps it. */
export interface LedgerEntry {
  readonly request: SignalRequest
  readonly status: number
  readonly body: Json
  /** `clock.wall()` when the reply came. */
  readonly wall: number
}

/** What a reply says of the fate of a signal. */
export type Reading =
  | { readonly is: 'created'; readonly namespace: string; readonly name: string }
  | { readonly is: 'duplicate'; readonly namespace: string; readonly name: string }
  /** Provisional: an object must follow. */
  | { readonly is: 'pending'; readonly window?: string }
  | { readonly is: 'refused' }
  | { readonly is: 'unparsable' }

export interface LedgerRules {
  read(entry: LedgerEntry): Reading
  /** Whether this object accounts for a pending entry. */
  accounts(object: KubeObject, entry: LedgerEntry): boolean
  /** The longest that a pending entry may take from its reply, by the deployed timers; milliseconds. */
  longestPendingMs(settings: Settings): number
  /** Where objects appear whose namespace is missing. */
  fallbackNamespace(settings: Settings): string
  /** Kinds of objects that signals lead to. */
  readonly kinds: readonly string[]
  /** What a reader wants to know of the window or buffer of an unaccounted entry. */
  keysOf(entry: LedgerEntry, version: string): readonly string[]
  /** Keys that the gateway keeps of whoever sent a signal; they tell nothing of what became of it. */
  senderKeys(request: SignalRequest): readonly string[]
  /** `HighCpu for app-x1:Pod:api-1`. */
  title(entry: LedgerEntry): string
}
