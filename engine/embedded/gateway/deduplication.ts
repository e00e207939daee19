import { valueAt } from '../../base/json.ts'
import { DedupHash, type HashCount } from './dedup-hash.ts'
import { DedupLock, type Release } from './dedup-lock.ts'
import { rfc3339 } from './go-time.ts'
import { OccurrenceCounter } from './occurrence-counter.ts'
import type { RemediationRequest } from './ports.ts'
import { FINGERPRINT_LABEL, fingerprintLabel, ORIGIN_LABEL, STORM_LABEL } from './remediation-request.ts'
import { textAt } from './text-at.ts'
import { resourceId, type Signal } from './signal.ts'
import type { World } from './world.ts'

/** The `metadata` of a duplicate's answer; these keys are capitalised. */
export interface DuplicateMetadata {
  readonly Fingerprint: string
  readonly Count: number
  readonly RemediationRequestRef: string
  readonly FirstSeen: string
  readonly LastSeen: string
}

/** Anything else cannot exist, and cannot be asked for either. */
const NAMESPACE_NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/

/** Redis cannot be asked; answered with 503. */
export class Unavailable extends Error {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`deduplication check failed: ${reason}`, { cause })
  }
}

/** Recognises signals for which there is an unfinished RemediationRequest. */
export class Deduplication {
  readonly hash: DedupHash
  readonly #world: World
  readonly #lock: DedupLock
  readonly #counter: OccurrenceCounter
  /** Only consulted where the state of Redis sticks. */
  #redisConnected = false

  constructor(world: World) {
    this.#world = world
    this.#lock = new DedupLock(world)
    this.#counter = new OccurrenceCounter(world)
    this.hash = new DedupHash(world)
  }

  /** Makes equals wait until the returned function is called. Throws `Unavailable`. */
  async enter(fingerprint: string): Promise<Release> {
    try {
      if (this.#world.behaviour.redisStateSticks) await this.#connect()
      if (this.#world.behaviour.waitsForTheFirst) return await this.#takeLock(fingerprint)
    } catch (error) {
      this.#missed()
      throw new Unavailable(error)
    }
    await this.#lock.pauseOnce(fingerprint)
    return () => Promise.resolve()
  }

  /** `find`, counted in the metrics. */
  async duplicateOf(signal: Signal): Promise<DuplicateMetadata | undefined> {
    const found = await this.find(signal)
    if (found === undefined) {
      this.#missed()
      return undefined
    }
    this.#world.metrics.add('gateway_deduplication_cache_hits_total')
    this.#rate()
    return found
  }

  /** Remembers the object of a signal in Redis; failing that is no failure of the signal. */
  async remember(signal: Signal, object: RemediationRequest): Promise<void> {
    try {
      await this.hash.store(signal, object)
    } catch (error) {
      this.#redisFailed('deduplication hash not stored', error)
    }
  }

  async #takeLock(fingerprint: string): Promise<Release> {
    const { redisStateSticks } = this.#world.behaviour
    try {
      return await this.#lock.take(fingerprint)
    } catch (error) {
      if (!redisStateSticks) throw error
      this.#world.journal.error('deduplication lock not taken', error)
      return () => Promise.resolve()
    }
  }

  async #connect(): Promise<void> {
    if (this.#redisConnected) return
    await this.#world.redis.command('PING')
    this.#redisConnected = true
  }

  /** Counts a duplicate in its object and in Redis, and tells what the answer shows; undefined for a new signal. */
  async find(signal: Signal): Promise<DuplicateMetadata | undefined> {
    if (!this.#world.behaviour.objectsDecide) return this.#fromHash(signal)
    let open: RemediationRequest | undefined
    try {
      open = await this.#unfinished(signal)
    } catch (error) {
      this.#world.journal.error('objects not listed, Redis decides', error)
      return this.#fromHash(signal)
    }
    return open === undefined ? undefined : this.#countDuplicate(signal, open)
  }

  /** Among the objects with the fingerprint, else among storm objects that list the signal's resource. */
  async #unfinished(signal: Signal): Promise<RemediationRequest | undefined> {
    const { kube, behaviour, fallbackNamespace } = this.#world
    const isOpen = (object: RemediationRequest): boolean =>
      !behaviour.isFinal(textAt(object, 'status', 'overallPhase'))
    const labelled = await kube.listRemediationRequests({
      labelSelector: `${FINGERPRINT_LABEL}=${fingerprintLabel(signal.fingerprint)}`,
    })
    const own = labelled
      .filter((object) => behaviour.standsFor(object, signal, fallbackNamespace))
      .find(isOpen)
    if (own !== undefined || !behaviour.knowsMembers) return own
    return (await this.#stormsOf(signal)).find(isOpen)
  }

  async #stormsOf(signal: Signal): Promise<RemediationRequest[]> {
    const { kube, fallbackNamespace } = this.#world
    const { namespace } = signal
    if (namespace !== '' && !NAMESPACE_NAME.test(namespace)) return []
    const inFallback = {
      namespace: fallbackNamespace,
      labelSelector: `${STORM_LABEL}=true,${ORIGIN_LABEL}=${namespace}`,
    }
    const inOwn = { namespace, labelSelector: `${STORM_LABEL}=true` }
    const lists = await Promise.all(
      (namespace === '' ? [inFallback] : [inOwn, inFallback]).map((where) =>
        kube.listRemediationRequests(where),
      ),
    )
    const member = resourceId(signal.resource)
    return lists.flat().filter(({ spec }) => {
      const affected = valueAt(spec, ['affectedResources'])
      return (
        valueAt(spec, ['signalName']) === signal.name && Array.isArray(affected) && affected.includes(member)
      )
    })
  }

  async #countDuplicate(signal: Signal, object: RemediationRequest): Promise<DuplicateMetadata> {
    const { clock, behaviour } = this.#world
    const { namespace = '', name } = object.metadata
    const listed = Number(valueAt(object, ['spec', 'deduplication', 'occurrenceCount']) ?? 0)
    await this.#countInHash(signal.fingerprint)
    await this.#counter.count({ namespace, name })
    return {
      Fingerprint: signal.fingerprint,
      Count: behaviour.nextCount(listed),
      RemediationRequestRef: `${namespace}/${name}`,
      FirstSeen: textAt(object, 'spec', 'deduplication', 'firstSeen'),
      LastSeen: rfc3339(clock.wall()),
    }
  }

  async #countInHash(fingerprint: string): Promise<void> {
    try {
      await this.hash.count(fingerprint)
    } catch (error) {
      this.#redisFailed('duplicate not counted in Redis', error)
    }
  }

  async #fromHash(signal: Signal): Promise<DuplicateMetadata | undefined> {
    let found: HashCount | undefined
    try {
      found = await this.hash.lookUp(signal.fingerprint)
    } catch (error) {
      throw new Unavailable(error)
    }
    if (found === undefined) return undefined
    const [namespace = '', name = ''] = found.ref.split('/')
    if (name !== '') await this.#counter.count({ namespace, name })
    return {
      Fingerprint: signal.fingerprint,
      Count: found.count,
      RemediationRequestRef: found.ref,
      FirstSeen: found.firstSeen,
      LastSeen: found.lastSeen,
    }
  }

  #missed(): void {
    this.#world.metrics.add('gateway_deduplication_cache_misses_total')
    this.#rate()
  }

  #rate(): void {
    const { metrics } = this.#world
    const hits = metrics.value('gateway_deduplication_cache_hits_total')
    const all = hits + metrics.value('gateway_deduplication_cache_misses_total')
    metrics.set('gateway_deduplication_rate', all === 0 ? 0 : hits / all)
  }

  #redisFailed(msg: string, error: unknown): void {
    this.#redisConnected = false
    this.#world.journal.error(msg, error)
  }
}
