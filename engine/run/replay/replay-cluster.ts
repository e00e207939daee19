import type { Clock } from '../../base/clock.ts'
import { ApiError } from '../../cluster/api-error.ts'
import type { RestKubeClient } from '../../cluster/client.ts'
import { ObjectHistory } from '../../cluster/object-history.ts'
import type { KubeObject, ObjectRef, ResourceType } from '../../cluster/types.ts'
import type { ObjectStream, WatchHub } from '../../cluster/watch-hub.ts'
import { NotRecorded } from './not-recorded.ts'
import type { RecordedStep, Recording } from './recording.ts'

/** The API server knows of a change before a watch has told of it, by no more than this. */
const WATCH_LAG_MS = 25

/** A step that took no longer may have been a single look. */
const LONGEST_LOOK_MS = 250

/** The Kubernetes API of a recorded attempt: what was seen of objects comes to be seen again, at its time. */
export class ReplayCluster {
  readonly client: RestKubeClient
  readonly hub: WatchHub
  readonly #clock: Clock
  readonly #recording: Recording
  /** In the order in which they began then. */
  readonly #steps: readonly RecordedStep[]
  readonly #histories = new Map<string, ObjectHistory>()

  constructor(recording: Recording, clock: Clock) {
    this.#clock = clock
    this.#recording = recording
    this.#steps = [...recording.steps.values()].sort((a, b) => a.at - b.at)
    for (const { at, change, object } of recording.changes) {
      clock.after(at, () => {
        const history = this.#historyOf(kindOf(object))
        if (change === 'deleted') history.remove(object)
        else history.put(object)
      })
    }
    this.hub = { open: (type) => this.#stream(type), update: () => undefined, close: () => undefined }
    this.client = this.#makeClient()
  }

  #historyOf(kind: string): ObjectHistory {
    const known = this.#histories.get(kind) ?? new ObjectHistory(this.#clock)
    this.#histories.set(kind, known)
    return known
  }

  #stream(type: ResourceType): ObjectStream {
    const history = this.#historyOf(kindOfType(type))
    return {
      ready: Promise.resolve(),
      current: (namespace) => history.current(namespace),
      revisions: (query) => history.revisions(query),
      subscribe: (listener) => history.subscribe(listener),
      forget: (namespace) => history.forget(namespace),
      holes: 0,
      downSince: undefined,
      lastError: undefined,
    }
  }

  #makeClient(): RestKubeClient {
    const notKept = (what: string): Promise<never> =>
      Promise.reject(new NotRecorded(`${what} is not in the recording`))
    return {
      get: (type, ref) => {
        const found = this.#existing(type, ref.namespace).find(({ metadata }) => metadata.name === ref.name)
        return found === undefined ? Promise.reject(notFound(type, ref)) : Promise.resolve(found)
      },
      list: (type, { namespace } = {}) => {
        if (type.group === '' && type.kind === 'Pod') return notKept('what pods there were')
        if (namespace !== undefined && !this.#recording.namespaces.includes(namespace))
          return notKept(`what there was in the namespace ${namespace}`)
        return Promise.resolve({ items: this.#existing(type, namespace), resourceVersion: '' })
      },
      // Namespaces are made and removed as they were; nothing else is.
      create: (type, object) =>
        type.kind === 'Namespace'
          ? Promise.resolve(object)
          : notKept('what became of an object that is made'),
      delete: (type) =>
        type.kind === 'Namespace' ? Promise.resolve() : notKept('what became of an object that is deleted'),
      replace: () => notKept('what became of a changed object'),
      patch: () => notKept('what became of a changed object'),
      logs: () => notKept('the log of a pod'),
      resourceType: (apiVersion, kind) => Promise.resolve(typeOf(apiVersion, kind)),
      update: () => undefined,
      close: () => undefined,
    }
  }

  /** The server knew of what the watch told a moment later; but not of what came of the next step. */
  #knownUntil(): number {
    const now = this.#clock.now()
    const next = this.#steps.find(({ at }) => at > now)?.at ?? Infinity
    const { at, until = now } = this.#steps.findLast((step) => step.at <= now) ?? { at: now }
    // Nobody knows when in a short step it was that the server answered: at its end at the latest.
    const answered = until - at <= LONGEST_LOOK_MS ? until : now
    return Math.min(Math.max(now + WATCH_LAG_MS, answered), next)
  }

  #existing(type: ResourceType, namespace: string | undefined): readonly KubeObject[] {
    const until = this.#knownUntil()
    const live = new Map<string, KubeObject>()
    for (const { at, change, object } of this.#recording.changes) {
      if (at > until) break
      if (kindOf(object) !== kindOfType(type)) continue
      const { uid, namespace: own = '', name } = object.metadata
      if (change === 'deleted') live.delete(uid ?? `${own}/${name}`)
      else live.set(uid ?? `${own}/${name}`, object)
    }
    const all = [...live.values()]
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace)
  }
}

function kindOf({ apiVersion, kind }: KubeObject): string {
  return `${apiVersion} ${kind}`
}

function kindOfType({ group, version, kind }: ResourceType): string {
  return `${group === '' ? version : `${group}/${version}`} ${kind}`
}

/** No path is ever made of it, so that any plural will do. */
function typeOf(apiVersion: string, kind: string): ResourceType {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { group, version, kind, plural: kind.toLowerCase(), namespaced: true }
}

function notFound({ plural }: ResourceType, { name }: ObjectRef): ApiError {
  const doing = `GET ${plural}/${name}`
  return new ApiError({
    doing,
    status: 404,
    reason: 'NotFound',
    explanation: 'not in the recording',
    body: '',
  })
}
