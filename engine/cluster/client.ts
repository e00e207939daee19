import type { Clock } from '../base/clock.ts'
import { randomFrom, type Random } from '../base/random.ts'
import type { MakeConnection } from '../http/make-connection.ts'
import { ApiError } from './api-error.ts'
import { ApiTransport, type ApiRequest } from './api-transport.ts'
import { typeIn, versionPath } from './discovery.ts'
import { listAll, parseObject } from './list-all.ts'
import { persist, type Repeatable } from './persist.ts'
import { collectionPath, objectPath, PODS, queryText } from './resource-path.ts'
import type {
  ClusterConnection,
  KubeClient,
  KubeObject,
  ListOptions,
  ObjectList,
  ObjectRef,
  PatchRequest,
  ResourceType,
} from './types.ts'

export interface KubeClientOptions {
  readonly clock: Clock
  /** For the jitter between tries. */
  readonly random?: Random
  /** What the server is told of who asks. */
  readonly userAgent?: string
  /** Default 8. */
  readonly maxSockets?: number
  /** How long one call goes on trying after 429, 5xx and broken connections; default 10 s. */
  readonly retryMs?: number
  /** The limit of a single try; default 10 s. */
  readonly timeoutMs?: number
  /** Replaces TCP, and with it TLS. */
  readonly makeConnection?: MakeConnection
  /** Called at each 401, which is then tried again: the credentials will be renewed. */
  readonly onRefused?: () => void
}

/** A client whose credentials can be replaced while it works. */
export interface RestKubeClient extends KubeClient {
  /** Asks the server where a kind lives; undefined when it has no such kind. Asked once per version. */
  resourceType(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceType | undefined>
  /** What a pod has written since a Unix time in milliseconds, which is rounded down to a second; its newest 20,000 lines. */
  logs(pod: ObjectRef, sinceWall: number, signal?: AbortSignal): Promise<string>
  update(connection: ClusterConnection): void
}

export interface PodKiller {
  /** Deletes a pod without giving it time to end. */
  kill(pod: ObjectRef): Promise<void>
}

/**
 * What is repeated after a passing error: reads, deletes, merge patches and PUTs (which the object's resourceVersion
 * keeps from being applied twice) always; a create only when the server has certainly done nothing (429, refused).
 */
export function createKubeClient(
  connection: ClusterConnection,
  options: KubeClientOptions,
): RestKubeClient & PodKiller {
  return new Client(connection, options)
}

const LOG_LINES = 20_000

type Call = Omit<ApiRequest, 'timeoutMs'> & { readonly repeatable?: Repeatable }

class Client implements RestKubeClient, PodKiller {
  readonly #transport: ApiTransport
  readonly #options: KubeClientOptions
  readonly #random: Random
  readonly #versions = new Map<string, unknown>()

  constructor(connection: ClusterConnection, options: KubeClientOptions) {
    this.#options = options
    this.#random = options.random ?? randomFrom('kube-client', connection.server)
    this.#transport = new ApiTransport({ maxSockets: 8, ...options, connection })
  }

  async get(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject> {
    return this.#object({ method: 'GET', path: objectPath(type, ref), signal })
  }

  async list(type: ResourceType, options?: ListOptions, signal?: AbortSignal): Promise<ObjectList> {
    return listAll((path) => this.#call({ method: 'GET', path, signal }), type, options)
  }

  async create(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    const path = collectionPath(type, object.metadata.namespace)
    return this.#object({ method: 'POST', path, body: object, signal, repeatable: 'unprocessed' })
  }

  async replace(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    return this.#object({ method: 'PUT', path: objectPath(type, object.metadata), body: object, signal })
  }

  async patch(
    type: ResourceType,
    ref: ObjectRef,
    { merge, status }: PatchRequest,
    signal?: AbortSignal,
  ): Promise<KubeObject> {
    const path = objectPath(type, ref, status === true ? 'status' : undefined)
    const contentType = 'application/merge-patch+json'
    return this.#object({ method: 'PATCH', path, body: merge, contentType, signal })
  }

  delete(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<void> {
    return this.#delete(objectPath(type, ref), signal)
  }

  kill(pod: ObjectRef): Promise<void> {
    return this.#delete(`${objectPath(PODS, pod)}${queryText({ gracePeriodSeconds: 0 })}`)
  }

  async #delete(path: string, signal?: AbortSignal): Promise<void> {
    await this.#persist({ method: 'DELETE', path, signal }, async (request, tries) => {
      try {
        await this.#transport.exchange(request)
      } catch (error) {
        // The try before this one may have been heard.
        const goneByUs = tries > 1 && error instanceof ApiError && error.status === 404
        if (!goneByUs) throw error
      }
    })
  }

  async resourceType(
    apiVersion: string,
    kind: string,
    signal?: AbortSignal,
  ): Promise<ResourceType | undefined> {
    const path = versionPath(apiVersion)
    const known = this.#versions.get(apiVersion)
    if (known !== undefined) return typeIn(known, apiVersion, kind)
    try {
      const list = parseObject(await this.#call({ method: 'GET', path, signal }), `GET ${path}`)
      this.#versions.set(apiVersion, list)
      return typeIn(list, apiVersion, kind)
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined
      throw error
    }
  }

  async logs(pod: ObjectRef, sinceWall: number, signal?: AbortSignal): Promise<string> {
    const sinceTime = `${new Date(sinceWall).toISOString().slice(0, 19)}Z`
    return this.#call({
      method: 'GET',
      path: `${objectPath(PODS, pod, 'log')}${queryText({ sinceTime, tailLines: LOG_LINES })}`,
      signal,
    })
  }

  update(connection: ClusterConnection): void {
    this.#transport.update(connection)
  }

  close(): void {
    this.#transport.close()
  }

  async #object(call: Call): Promise<KubeObject> {
    return parseObject(await this.#call(call), `${call.method} ${call.path}`) as unknown as KubeObject
  }

  #call(call: Call): Promise<string> {
    return this.#persist(call, (request) => this.#transport.exchange(request))
  }

  #persist<T>(call: Call, attempt: (request: ApiRequest, tries: number) => Promise<T>): Promise<T> {
    const { clock, retryMs = 10_000, timeoutMs = 10_000 } = this.#options
    const { repeatable = 'always', ...request } = call
    return persist((tries) => attempt({ ...request, timeoutMs }, tries), {
      clock,
      random: this.#random,
      limitMs: retryMs,
      repeatable,
      renews: this.#options.onRefused !== undefined,
      signal: call.signal,
    })
  }
}
