import { isObject, valueAt } from '../../base/json.ts'
import { rfc3339 } from './go-time.ts'
import { KubeError, type NamedRef, type RemediationRequest } from './ports.ts'
import type { World } from './world.ts'

const ATTEMPTS = 10
const FIRST_BACKOFF_MS = 50

/** Raises `spec.deduplication.occurrenceCount` of an object; a failure is logged and nothing more. */
export class OccurrenceCounter {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async count(ref: NamedRef): Promise<void> {
    const { kube, clock, behaviour, journal } = this.#world
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        const object = await kube.getRemediationRequest(ref)
        await kube.updateRemediationRequest(this.#counted(object))
        return
      } catch (error) {
        const conflict = error instanceof KubeError && error.status === 409
        if (!conflict || !behaviour.retriesConflicts) {
          journal.error('occurrence not counted', error, { namespace: ref.namespace, name: ref.name })
          return
        }
      }
      await clock.sleep(FIRST_BACKOFF_MS * 2 ** attempt)
    }
    journal.error('occurrence not counted', new Error('too many conflicts'), { name: ref.name })
  }

  #counted(object: RemediationRequest): RemediationRequest {
    const { behaviour, clock } = this.#world
    const spec = isObject(object['spec']) ? object['spec'] : {}
    const before = isObject(spec['deduplication']) ? spec['deduplication'] : {}
    const occurrenceCount = behaviour.nextCount(Number(valueAt(before, ['occurrenceCount']) ?? 0))
    const deduplication = { ...before, occurrenceCount, lastSeen: rfc3339(clock.wall()) }
    return { ...object, spec: { ...spec, deduplication } }
  }
}
