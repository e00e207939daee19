import type { BufferCapacity } from './buffer-capacity.ts'
import type { RemediationRequest } from './ports.ts'
import type { StormFacts } from './remediation-request.ts'
import { resourceId, type Signal } from './signal.ts'
import type { Ended } from './storm-closings.ts'
import { signalFromMetadata } from './storm-metadata.ts'
import type { World } from './world.ts'

/** Classifies a signal, makes its object and remembers it. For one window, claimed at one time, it makes one object, however often. */
export interface ObjectMaker {
  make(signal: Signal, storm: StormFacts, claimedMs: number | undefined): Promise<RemediationRequest>
  /** The same, unless deduplication knows an object, which then counts one more occurrence. */
  makeUnlessKnown(signal: Signal): Promise<void>
}

/** Makes objects of what buffers and windows held. Failures are logged: the senders have long been answered. */
export class StormObjects {
  readonly #world: World
  readonly #maker: ObjectMaker
  readonly #capacity: BufferCapacity

  constructor(world: World, maker: ObjectMaker, capacity: BufferCapacity) {
    this.#world = world
    this.#maker = maker
    this.#capacity = capacity
  }

  async make(ended: Ended): Promise<void> {
    if (ended.due.kind === 'window') await this.#aggregate(ended)
    else await this.#individuals(ended)
  }

  /** An alert that was buffered twice is one object and one duplicate. */
  async #individuals({ signals, seenTo }: Ended): Promise<void> {
    for (const signal of signals) {
      this.#world.metrics.add('gateway_storm_buffer_expired_total')
      try {
        await this.#maker.makeUnlessKnown(signal)
      } catch (error) {
        this.#world.journal.error('buffered alert without an object', error, {
          fingerprint: signal.fingerprint,
        })
      }
      await seenTo()
    }
    const [first] = signals
    if (first !== undefined) await this.#capacity.show(first.namespace)
  }

  async #aggregate(ended: Ended): Promise<void> {
    const { behaviour, journal, metrics } = this.#world
    // The set of resources may have expired while no gateway ran, or lack what an expired buffer held.
    const held = [...new Set([...ended.resources, ...resourcesOf(ended.signals)])]
    const signal = this.#representative(ended)
    if (signal === undefined) {
      journal.error('storm window without an object', new Error('nothing is known of its alerts'))
      return
    }
    const affectedResources = behaviour.affected(held)
    const { storm_type: type, storm_window: window = '1m' } = ended.metadata
    const storm: StormFacts = {
      type: type === 'pattern' ? 'pattern' : 'rate',
      window,
      alertCount: affectedResources.length,
      affectedResources,
    }
    try {
      const object = await this.#maker.make(signal, storm, ended.claimedMs)
      this.#countAgain(object)
    } catch (error) {
      journal.error('storm window without an object', error, { fingerprint: signal.fingerprint })
      const extra = behaviour.times('aggregate-failed') - 1
      if (extra > 0) metrics.add('gateway_crd_creation_errors_total', { error_type: 'k8s_api_error' }, extra)
      return
    }
    await this.#measure(signal, ended, affectedResources.length)
  }

  /** The creator has counted it once. */
  #countAgain({ metadata }: RemediationRequest): void {
    const { metrics, behaviour } = this.#world
    const { 'kubernaut.io/environment': environment = '', 'kubernaut.io/priority': priority = '' } =
      metadata.labels ?? {}
    const extra = behaviour.times('aggregate-created') - 1
    if (extra > 0) metrics.add('gateway_crds_created_total', { environment, priority }, extra)
  }

  /** The first alert; or what the metadata hash tells of the one that opened the window. */
  #representative({ signals, metadata }: Ended): Signal | undefined {
    const [first] = signals
    const opening = metadata['fingerprint'] === undefined ? undefined : signalFromMetadata(metadata)
    return this.#world.behaviour.aggregatesFirst ? (first ?? opening) : (opening ?? first)
  }

  async #measure(signal: Signal, ended: Ended, resources: number): Promise<void> {
    const { metrics, behaviour, clock, config } = this.#world
    const opened = Date.parse(ended.metadata['absolute_start_time'] ?? '')
    const measured = Number.isNaN(opened) ? 0 : clock.wall() - opened
    const ms = behaviour.measuresWindows ? measured : config.storm.inactivityMs
    const labels = { namespace: signal.namespace, alert_name: signal.name }
    metrics.observe('gateway_storm_window_duration_seconds', ms / 1000, labels)
    if (resources > 0)
      metrics.set('gateway_storm_aggregation_ratio', behaviour.measuresWindows ? resources : 1)
    if (resources > 1) metrics.set('gateway_storm_cost_savings_percent', ((resources - 1) / resources) * 100)
    await this.#capacity.show(signal.namespace)
  }
}

function resourcesOf(signals: readonly Signal[]): string[] {
  const seconds = new Map<string, number>()
  for (const { resource, receivedMs } of signals)
    seconds.set(resourceId(resource), Math.floor(receivedMs / 1000))
  return [...seconds]
    .sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1))
    .map(([resource]) => resource)
}
