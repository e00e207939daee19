/** How to reach an API server. Plain data: made on the main thread, handed to threads. PEM texts, not paths. */
export interface ClusterConnection {
  /** `https://127.0.0.1:6443`, without a trailing slash. */
  readonly server: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly token?: string
  /** Name to expect in the server's certificate when it differs from the address. */
  readonly serverName?: string
  /** Skips the check of the server's certificate; only for kubeconfigs that say so. */
  readonly insecure?: boolean
  /** The credentials come from a plugin or a file that changes: who is refused asks for them again. */
  readonly renewable?: boolean
}

/** Where a kind of object lives in the API. `group` is empty for the core group. */
export interface ResourceType {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
}

/** Any Kubernetes object, as JSON. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

export interface ObjectRef {
  readonly namespace?: string | undefined
  readonly name: string
}

export interface ListOptions {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
}

export interface ObjectList {
  readonly items: readonly KubeObject[]
  /** Where a watch may start. */
  readonly resourceVersion: string
}

/**
 * The calls the engine and the reference gateway make. Every one rejects with `ApiError` when the server answers
 * with an error, with `TransportError` when it cannot be reached, and with the signal's reason when aborted.
 */
export interface KubeClient {
  get(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject>
  /** Follows `continue` to the end. */
  list(type: ResourceType, options?: ListOptions, signal?: AbortSignal): Promise<ObjectList>
  create(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<KubeObject>
  /** PUT of the whole object; 409 when its resourceVersion is stale. */
  replace(type: ResourceType, object: KubeObject, signal?: AbortSignal): Promise<KubeObject>
  /** JSON merge patch (RFC 7386); `status` goes to the status subresource. */
  patch(type: ResourceType, ref: ObjectRef, patch: PatchRequest, signal?: AbortSignal): Promise<KubeObject>
  delete(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<void>
  close(): void
}

export interface PatchRequest {
  readonly merge: unknown
  readonly status?: boolean
}
