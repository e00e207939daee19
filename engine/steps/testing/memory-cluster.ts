import type { Clock } from '../../base/clock.ts'
import { isObject } from '../../base/json.ts'
import { ApiError } from '../../cluster/api-error.ts'
import { ObjectHistory } from '../../cluster/object-history.ts'
import type {
  KubeClient,
  KubeObject,
  ObjectList,
  ObjectRef,
  PatchRequest,
  ResourceType,
} from '../../cluster/types.ts'
import type { ObjectStream, WatchHub } from '../../cluster/watch-hub.ts'

type Call = 'get' | 'list' | 'create' | 'replace' | 'patch' | 'delete'

/** A Kubernetes API in memory: client and watch in one. The watch is told at once, unless it `lags`. */
export class MemoryCluster implements KubeClient, WatchHub {
  readonly #clock: Clock
  readonly #objects = new Map<string, KubeObject>()
  readonly #histories = new Map<string, ObjectHistory>()
  readonly #untold: (() => void)[] = []
  #version = 0
  readonly calls: string[] = []
  /** Runs before each call; may wait or throw. */
  before: (call: Call, what: string, signal?: AbortSignal) => Promise<void> = () => Promise.resolve()
  /** What the cluster offers beside the kinds of the gateway. */
  readonly types: ResourceType[] = []
  /** How often the watch had to begin anew. */
  holes = 0
  /** The watch is not told of anything until `catchUp`. */
  lags = false
  /** How often a delete of these names is only the beginning of their end. */
  readonly lingering = new Set<string>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Writes an object as somebody else does. */
  put(type: ResourceType, object: KubeObject): KubeObject {
    const key = keyOf(type, object.metadata)
    const before = this.#objects.get(key)
    this.#version += 1
    const stored: KubeObject = {
      ...object,
      metadata: {
        uid: before?.metadata.uid ?? `uid-${this.#version}`,
        creationTimestamp: before?.metadata.creationTimestamp ?? new Date(this.#clock.wall()).toISOString(),
        ...object.metadata,
        resourceVersion: String(this.#version),
      },
    }
    this.#objects.set(key, stored)
    this.#tell(() => this.#historyOf(type).put(stored))
    return stored
  }

  remove(type: ResourceType, ref: ObjectRef): void {
    const key = keyOf(type, ref)
    const object = this.#objects.get(key)
    if (object === undefined) throw notFound(key)
    this.#objects.delete(key)
    this.#tell(() => this.#historyOf(type).remove(object))
  }

  names(type: ResourceType): readonly string[] {
    const prefix = `${type.plural}/`
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([, { metadata }]) => metadata.name)
  }

  catchUp(): void {
    for (const tell of this.#untold.splice(0)) tell()
  }

  async get(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject> {
    await this.#enter('get', keyOf(type, ref), signal)
    return this.#at(keyOf(type, ref))
  }

  async list(
    type: ResourceType,
    options: { readonly namespace?: string | undefined } = {},
    signal?: AbortSignal,
  ): Promise<ObjectList> {
    await this.#enter('list', `${type.plural}/${options.namespace ?? ''}`, signal)
    const prefix =
      options.namespace === undefined ? `${type.plural}/` : `${type.plural}/${options.namespace}/`
    const found = [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object)
    return { items: found, resourceVersion: String(this.#version) }
  }

  async create(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    await this.#enter('create', keyOf(type, object.metadata), signal)
    return this.put(type, object)
  }

  async replace(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    await this.#enter('replace', keyOf(type, object.metadata), signal)
    return this.put(type, object)
  }

  async patch(
    type: ResourceType,
    ref: ObjectRef,
    { merge }: PatchRequest,
    signal?: AbortSignal,
  ): Promise<KubeObject> {
    await this.#enter('patch', keyOf(type, ref), signal)
    return this.put(type, merged(this.#at(keyOf(type, ref)), merge) as KubeObject)
  }

  async delete(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<void> {
    await this.#enter('delete', keyOf(type, ref), signal)
    this.#at(keyOf(type, ref))
    if (!this.lingering.has(ref.name)) this.remove(type, ref)
  }

  open(type: ResourceType): ObjectStream {
    const history = this.#historyOf(type)
    return {
      ready: Promise.resolve(),
      current: (namespace) => history.current(namespace),
      revisions: (query) => history.revisions(query),
      subscribe: (listener) => history.subscribe(listener),
      forget: (namespace) => history.forget(namespace),
      holes: this.holes,
      downSince: undefined,
      lastError: undefined,
    }
  }

  resourceType(apiVersion: string, kind: string): Promise<ResourceType | undefined> {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    return Promise.resolve(
      this.types.find((one) => one.kind === kind && one.group === group && one.version === version),
    )
  }

  /** What pods have written, by name. */
  readonly written: Record<string, string> = {}

  async logs({ name }: ObjectRef, _sinceWall: number, signal?: AbortSignal): Promise<string> {
    await this.#enter('get', `log of ${name}`, signal)
    return this.written[name] ?? ''
  }

  update(): void {
    throw new Error('no test changes credentials')
  }

  close(): void {
    this.calls.push('close')
  }

  #tell(news: () => void): void {
    if (this.lags) this.#untold.push(news)
    else news()
  }

  #historyOf({ plural }: ResourceType): ObjectHistory {
    const known = this.#histories.get(plural) ?? new ObjectHistory(this.#clock)
    this.#histories.set(plural, known)
    return known
  }

  async #enter(call: Call, what: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.calls.push(`${call} ${what}`)
    await this.before(call, what, signal)
    signal?.throwIfAborted()
  }

  #at(key: string): KubeObject {
    const object = this.#objects.get(key)
    if (object === undefined) throw notFound(key)
    return object
  }
}

export function apiError(status: number, doing = 'GET /somewhere'): ApiError {
  return new ApiError({ doing, status, reason: '', explanation: 'as the test wants', body: '' })
}

function notFound(key: string): ApiError {
  return apiError(404, `GET ${key}`)
}

function keyOf({ plural }: ResourceType, { namespace = '', name }: ObjectRef): string {
  return `${plural}/${namespace}/${name}`
}

function merged(target: unknown, change: unknown): unknown {
  if (!isObject(change)) return change
  const result = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(result, key)
    else result[key] = merged(result[key], value)
  }
  return result
}
