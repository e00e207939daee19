import { Classification } from './classification.ts'
import { CreationError, Creator } from './creator.ts'
import { Deduplication, Unavailable, type DuplicateMetadata } from './deduplication.ts'
import type { RemediationRequest } from './ports.ts'
import type { StormFacts } from './remediation-request.ts'
import type { Signal } from './signal.ts'
import { StormAggregation } from './storm-aggregation.ts'
import { StormDetector, type Storm } from './storm-detector.ts'
import type { World } from './world.ts'

/** What became of a signal. */
export type Outcome =
  | { readonly is: 'created'; readonly object: RemediationRequest }
  | { readonly is: 'duplicate'; readonly metadata: DuplicateMetadata }
  | { readonly is: 'buffered' }
  | { readonly is: 'window-started'; readonly windowId: string; readonly stormType: Storm['type'] }
  | {
      readonly is: 'window-joined'
      readonly windowId: string
      readonly stormType: Storm['type']
      readonly resources: number
    }

/** From a signal to an object: deduplication, storm, creation. */
export class SignalPipeline {
  readonly storms: StormAggregation
  readonly #world: World
  readonly #deduplication: Deduplication
  readonly #detector: StormDetector
  readonly #classification: Classification
  readonly #creator: Creator

  constructor(world: World) {
    this.#world = world
    this.#deduplication = new Deduplication(world)
    this.#detector = new StormDetector(world)
    this.#classification = new Classification(world)
    this.#creator = new Creator(world)
    this.storms = new StormAggregation(world, {
      make: (signal, storm, claimedMs) => this.#make(signal, storm, claimedMs),
      makeUnlessKnown: (signal) => this.#makeUnlessKnown(signal),
    })
  }

  /** Throws `Unavailable` without Redis and `CreationError` without an object. */
  async process(signal: Signal): Promise<Outcome> {
    const { metrics } = this.#world
    const { type: source, severity, source: adapter } = signal
    metrics.add('gateway_signals_received_total', { source, severity, environment: 'unknown' })
    metrics.add('gateway_signals_received_by_adapter_total', { adapter })
    try {
      const outcome = await this.#exclusively(signal)
      metrics.add('gateway_signals_processed_total', { environment: environmentOf(outcome) })
      return outcome
    } catch (error) {
      metrics.add('gateway_signals_failed_total', { reason: reasonOf(error) })
      throw error
    }
  }

  /** Equals wait here until the one before them has an object. */
  async #exclusively(signal: Signal): Promise<Outcome> {
    const { metrics } = this.#world
    const { leave, metadata } = await metrics.timed('deduplication_check', async () => {
      const leave = await this.#deduplication.enter(signal.fingerprint)
      try {
        return { leave, metadata: await this.#deduplication.duplicateOf(signal) }
      } catch (error) {
        await leave()
        throw error
      }
    })
    try {
      return metadata === undefined ? await this.#new(signal) : await this.#duplicate(signal, metadata)
    } finally {
      await leave()
    }
  }

  async #duplicate(signal: Signal, metadata: DuplicateMetadata): Promise<Outcome> {
    const { metrics, behaviour } = this.#world
    metrics.add('gateway_signals_deduplicated_total', { signal_name: signal.name, environment: 'unknown' })
    metrics.add('gateway_duplicate_signals_total', { namespace: signal.namespace })
    metrics.add('gateway_duplicate_crds_prevented_total')
    if (behaviour.createsForDuplicates) await this.#make(signal)
    return { is: 'duplicate', metadata }
  }

  async #new(signal: Signal): Promise<Outcome> {
    const storm = await this.#detector.detect(signal)
    if (storm === undefined) return { is: 'created', object: await this.#make(signal) }
    const { metrics, behaviour } = this.#world
    const labels = { storm_type: storm.type, signal_name: signal.name }
    metrics.add('gateway_signal_storms_detected_total', labels, behaviour.times('storm-detected'))
    const admission = await this.storms.admit(signal, storm)
    if (admission === undefined) {
      return { is: 'created', object: await this.#make(signal, { ...storm, affectedResources: [] }) }
    }
    if (admission.to === 'buffer') return { is: 'buffered' }
    const { windowId, resources } = admission
    return admission.to === 'new-window'
      ? { is: 'window-started', windowId, stormType: storm.type }
      : { is: 'window-joined', windowId, stormType: storm.type, resources }
  }

  async #makeUnlessKnown(signal: Signal): Promise<void> {
    const leave = await this.#deduplication.enter(signal.fingerprint)
    try {
      if ((await this.#deduplication.find(signal)) === undefined) await this.#make(signal)
    } finally {
      await leave()
    }
  }

  async #make(signal: Signal, storm?: StormFacts, claimedMs?: number): Promise<RemediationRequest> {
    const environment = await this.#classification.environment(signal.namespace)
    const priority = this.#classification.priority(signal.severity, environment)
    const object = await this.#creator.create({ signal, environment, priority, storm, claimedMs })
    await this.#deduplication.remember(signal, object)
    return object
  }
}

function environmentOf(outcome: Outcome): string {
  if (outcome.is !== 'created') return 'unknown'
  return outcome.object.metadata.labels?.['kubernaut.io/environment'] ?? 'unknown'
}

function reasonOf(error: unknown): string {
  if (error instanceof Unavailable) return 'redis_unavailable'
  return error instanceof CreationError ? error.type : 'internal'
}
