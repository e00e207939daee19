import { valueAt } from '../../base/json.ts'
import { createWithRetries } from './creation-retry.ts'
import { KubeError, type RemediationRequest } from './ports.ts'
import { draftRequest, movedTo, renamed, type Draft } from './remediation-request.ts'
import { textAt } from './text-at.ts'
import type { World } from './world.ts'

type CreationFailure = 'k8s_api_error' | 'fallback_failed' | 'fetch_existing_failed'

/** No object came of it; answered with 500. */
export class CreationError extends Error {
  readonly type: CreationFailure

  constructor(type: CreationFailure, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`failed to create RemediationRequest CRD: ${reason}`, { cause })
    this.type = type
  }
}

const MOST_NAMES = 100

interface Wanted extends Omit<Draft, 'nowMs'> {
  /** When a window was claimed: the object bears that time, so that a gateway which takes over makes the same. */
  readonly claimedMs?: number | undefined
}

/** Makes RemediationRequests: retries, the fallback namespace, names that are taken. */
export class Creator {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Throws `CreationError`. */
  async create({ claimedMs, ...draft }: Wanted): Promise<RemediationRequest> {
    const { behaviour, clock, metrics, fallbackNamespace } = this.#world
    const object = behaviour.draft(draftRequest({ ...draft, nowMs: claimedMs ?? clock.wall() }))
    try {
      if (object.metadata.namespace === '' && !behaviour.refusesEmptyNamespace) {
        return await this.#inFallback(movedTo(object, fallbackNamespace))
      }
      return await this.#inNamespace(object)
    } catch (error) {
      const failure = error instanceof CreationError ? error : new CreationError('k8s_api_error', error)
      metrics.add('gateway_crd_creation_errors_total', { error_type: failure.type })
      throw failure
    }
  }

  async #inNamespace(object: RemediationRequest): Promise<RemediationRequest> {
    try {
      return await this.#send(object, this.#world.behaviour.reusesName)
    } catch (error) {
      if (!saysNamespaceMissing(error)) throw error
      return this.#inFallback(movedTo(object, this.#world.fallbackNamespace))
    }
  }

  async #inFallback(object: RemediationRequest): Promise<RemediationRequest> {
    try {
      return await this.#send(object, false)
    } catch (error) {
      throw new CreationError('fallback_failed', error)
    }
  }

  /** A name that is taken gets `-2`, `-3` …, unless what has it is the result of an attempt that seemed to fail. */
  async #send(object: RemediationRequest, reuses: boolean): Promise<RemediationRequest> {
    const { behaviour } = this.#world
    const inFallback = object.metadata.labels?.['kubernaut.io/cluster-scoped'] === 'true'
    const failsWhenTaken = inFallback && behaviour.failsOnFallbackCollision
    const baseName = object.metadata.name
    return createWithRetries(this.#world, async (again) => {
      for (let number = 1; ; number += 1) {
        const named = number === 1 ? object : renamed(object, `${baseName}-${number}`)
        try {
          return this.#made(await this.#post(named), draftedStorm(named))
        } catch (error) {
          if (!saysTaken(error) || failsWhenTaken || number > MOST_NAMES) throw error
          if (reuses) return this.#existing(named)
          const mayBeOurs = again || affectedBy(named) !== ''
          if (!mayBeOurs || !behaviour.recognisesOwnRetry) continue
          const existing = await this.#existing(named)
          if (isOwn(existing, named)) return this.#made(existing, draftedStorm(named))
        }
      }
    })
  }

  async #post(object: RemediationRequest): Promise<RemediationRequest> {
    if (object.metadata.namespace === '') {
      throw new KubeError(422, 'an empty namespace may not be set during creation')
    }
    return this.#world.kube.createRemediationRequest(object)
  }

  #made(object: RemediationRequest, type: string): RemediationRequest {
    const environment = textAt(object, 'spec', 'environment')
    const priority = textAt(object, 'spec', 'priority')
    this.#world.metrics.add('gateway_crds_created_total', { environment, priority })
    this.#world.metrics.add('gateway_crds_created_by_type_total', { type })
    return object
  }

  async #existing(object: RemediationRequest): Promise<RemediationRequest> {
    const { name, namespace = '' } = object.metadata
    try {
      return await this.#world.kube.getRemediationRequest({ namespace, name })
    } catch (error) {
      throw new CreationError('fetch_existing_failed', error)
    }
  }
}

function draftedStorm(object: RemediationRequest): string {
  return affectedBy(object) === '' ? 'individual' : 'storm'
}

/** The resources that a storm object lists, as one text; empty for others. */
function affectedBy(object: RemediationRequest): string {
  const affected = valueAt(object, ['spec', 'affectedResources'])
  return Array.isArray(affected) ? affected.join('\n') : ''
}

/** A window that is closed again by another gateway lists the same; else only an object that nobody has worked on yet counts. */
function isOwn(existing: RemediationRequest, sent: RemediationRequest): boolean {
  const payload = ['spec', 'originalPayload'] as const
  const affected = affectedBy(sent)
  return (
    (affected !== '' || textAt(existing, 'status', 'overallPhase') === '') &&
    affectedBy(existing) === affected &&
    textAt(existing, ...payload) === textAt(sent, ...payload)
  )
}

function saysNamespaceMissing(error: unknown): boolean {
  const text = error instanceof Error ? error.message : ''
  return text.includes('namespaces') && text.includes('not found')
}

function saysTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes('already exists')
}
