import type { RemediationRequest } from './ports.ts'
import { fingerprint, type Identity, type Signal } from './signal.ts'

/** An answer as it leaves the gateway. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type CountedEvent = 'storm-detected' | 'aggregate-created' | 'aggregate-failed' | 'signal-answered'

interface HttpBehaviour {
  /** The last word on an answer. */
  readonly reply: (reply: Reply, path: string) => Reply
  /** Request ids are taken, made, echoed and logged; or lost. */
  readonly carriesRequestIds: boolean
  readonly limitsRate: boolean
}

interface SignalBehaviour {
  readonly fingerprint: (identity: Identity) => string
  /** What a severity that was read becomes. */
  readonly severity: (read: string) => string
}

interface DedupBehaviour {
  /** Concurrent equals wait for the first one to end; or pause once, for 100 ms, and go on. */
  readonly waitsForTheFirst: boolean
  /** Without Redis each request is refused; or the last known state of the connection decides. */
  readonly redisStateSticks: boolean
  /** The objects decide what is a duplicate; or the hash in Redis does, as long as it lives. */
  readonly objectsDecide: boolean
  /** Members of a storm object are duplicates of it. */
  readonly knowsMembers: boolean
  readonly isFinal: (phase: string) => boolean
  /** Whether an object with the signal's fingerprint label stands for the signal. */
  readonly standsFor: (object: RemediationRequest, signal: Signal, fallbackNamespace: string) => boolean
  readonly nextCount: (count: number) => number
  readonly retriesConflicts: boolean
  /** A duplicate also makes an object of its own. */
  readonly createsForDuplicates: boolean
  /** Undefined: the hash never expires. */
  readonly hashTtlMs: (configuredMs: number) => number | undefined
  /** A duplicate sets the hash's expiry anew. */
  readonly refreshesHash: boolean
  /** A duplicate is counted in a hash without a reference, too. */
  readonly countsInPartialHash: boolean
}

interface StormBehaviour {
  readonly rateKey: (namespace: string, name: string) => string
  readonly patternKey: (namespace: string, name: string) => string
  readonly windowKey: (namespace: string, name: string) => string
  readonly windowId: (name: string, wallMs: number) => string
  /** Whether a counter means storm. */
  readonly exceeds: (count: number, threshold: number) => boolean
  /** The rate counter and its expiry are set in one step. */
  readonly rateExpiryIsSure: boolean
  readonly bufferThreshold: (configured: number) => number
  /** Push, threshold and opening are one step in Redis. */
  readonly admitsAtomically: boolean
  /** Joins re-arm the window. */
  readonly windowSlides: boolean
  /** Beyond its longest duration a window turns alerts away, which then get individual objects. */
  readonly overrunIsIndividual: boolean
  /** A buffer that expires becomes individual objects. */
  readonly flushesBuffers: boolean
  /** Deadlines live in Redis and are taken over by the next gateway. */
  readonly keepsDeadlines: boolean
  /** A starting gateway takes over what it finds. */
  readonly takesOver: boolean
  /** Windows end at all. */
  readonly closesWindows: boolean
  /** How long after its last join a window closes. */
  readonly closesAfterMs: (inactivityMs: number) => number
  /** Life of the window's key after a join; 0 = for ever. */
  readonly windowTtlMs: (inactivityMs: number) => number
  /** A join is written to the window. */
  readonly storesJoins: boolean
  /** What the object lists, from what the window holds. */
  readonly affected: (resources: readonly string[]) => readonly string[]
  /** The object carries the first alert; or the bare identity of the one that opened the window. */
  readonly aggregatesFirst: boolean
}

interface ObjectBehaviour {
  /** On a name collision: a new name; or the object that is there. */
  readonly reusesName: boolean
  /** The same in the fallback namespace: a new name; or an error. */
  readonly failsOnFallbackCollision: boolean
  /** An empty namespace means the fallback namespace; or an error. */
  readonly refusesEmptyNamespace: boolean
  /** After an attempt whose end is unknown, an object of that name is taken for its result. */
  readonly recognisesOwnRetry: boolean
  /** The last word on an object before it is sent. */
  readonly draft: (object: RemediationRequest) => RemediationRequest
}

interface MetricsBehaviour {
  /** How often an event is counted. */
  readonly times: (event: CountedEvent) => number
  /** Whether a metric ever changes. */
  readonly moves: (metric: string) => boolean
  /** The `status` label of the duration histogram. */
  readonly statusLabel: (status: number) => string
  /** Ratio and duration of windows are measured; or repeat the configuration. */
  readonly measuresWindows: boolean
  /** Every signal leaves a key behind. */
  readonly leaksKeys: boolean
}

/**
 * Every place where a fault may bend the gateway. The pipeline asks this record and knows nothing of faults;
 * a fault replaces single members (`faults/`).
 */
export interface Behaviour
  extends HttpBehaviour, SignalBehaviour, DedupBehaviour, StormBehaviour, ObjectBehaviour, MetricsBehaviour {}

const FINAL_PHASES: readonly string[] = ['Completed', 'Failed', 'Cancelled']

/** What the contract documents. */
export const documented: Behaviour = {
  reply: (reply) => reply,
  carriesRequestIds: true,
  limitsRate: true,

  fingerprint,
  severity: (read) => read,

  waitsForTheFirst: true,
  redisStateSticks: false,
  objectsDecide: true,
  knowsMembers: true,
  isFinal: (phase) => FINAL_PHASES.includes(phase),
  standsFor: (object, signal, fallback) =>
    object.metadata.namespace === signal.namespace ||
    (object.metadata.namespace === fallback &&
      object.metadata.labels?.['kubernaut.io/origin-namespace'] === signal.namespace),
  nextCount: (count) => count + 1,
  retriesConflicts: true,
  createsForDuplicates: false,
  hashTtlMs: (configured) => configured,
  refreshesHash: true,
  countsInPartialHash: false,

  rateKey: (namespace, name) => `alert:storm:rate:${namespace}:${name}`,
  patternKey: (namespace, name) => `alert:pattern:${namespace}:${name}`,
  windowKey: (namespace, name) => `alert:storm:aggregate:${namespace}:${name}`,
  windowId: (name, wallMs) => `${name}-${String(Math.floor(wallMs)).padStart(13, '0')}`,
  exceeds: (count, threshold) => count > threshold,
  rateExpiryIsSure: true,
  bufferThreshold: (configured) => configured,
  admitsAtomically: true,
  windowSlides: true,
  overrunIsIndividual: false,
  flushesBuffers: true,
  keepsDeadlines: true,
  takesOver: true,
  closesWindows: true,
  closesAfterMs: (inactivity) => inactivity,
  windowTtlMs: (inactivity) => inactivity,
  storesJoins: true,
  affected: (resources) => resources,
  aggregatesFirst: true,

  reusesName: false,
  failsOnFallbackCollision: false,
  refusesEmptyNamespace: false,
  recognisesOwnRetry: true,
  draft: (object) => object,

  times: () => 1,
  moves: () => true,
  statusLabel: String,
  measuresWindows: true,
  leaksKeys: false,
}
