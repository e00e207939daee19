import type { KubeObject } from '../../../cluster/types.ts'
import { KubeError, type Kube, type ListFilter, type NamedRef, type RemediationRequest } from '../ports.ts'

type KubeCall = 'list' | 'get' | 'create' | 'update' | 'namespace' | 'configmap'

/** RemediationRequests in memory, with optimistic locking, and functions to be put in the way of each call. */
export class MemoryKube implements Kube {
  readonly namespaces = new Map<string, Readonly<Record<string, string>>>()
  /** Data of the ConfigMap with environment overrides; undefined: there is none. */
  overrides: Readonly<Record<string, string>> | undefined
  /** Runs before each call; may wait or throw. */
  before: (call: KubeCall) => Promise<void> = () => Promise.resolve()
  /** Runs after each create; may throw although the object is there. */
  afterCreate: () => Promise<void> = () => Promise.resolve()
  readonly calls: KubeCall[] = []
  readonly #objects = new Map<string, RemediationRequest>()
  #version = 0

  constructor(...namespaces: string[]) {
    for (const name of namespaces) this.namespaces.set(name, {})
  }

  /** In the order of the API server. */
  get objects(): readonly RemediationRequest[] {
    return [...this.#objects]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => structuredClone(object))
  }

  async listRemediationRequests({
    labelSelector,
    namespace,
  }: ListFilter): Promise<readonly RemediationRequest[]> {
    await this.#enter('list')
    const wanted = labelSelector.split(',').map((term) => term.split('='))
    return this.objects.filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        wanted.every(([key = '', value]) => metadata.labels?.[key] === value),
    )
  }

  async getRemediationRequest(ref: NamedRef): Promise<RemediationRequest> {
    await this.#enter('get')
    return structuredClone(this.#at(ref.namespace, ref.name))
  }

  async createRemediationRequest(object: RemediationRequest): Promise<RemediationRequest> {
    await this.#enter('create')
    const { namespace = '', name } = object.metadata
    if (!this.namespaces.has(namespace)) throw new KubeError(404, `namespaces "${namespace}" not found`)
    const key = `${namespace}/${name}`
    if (this.#objects.has(key)) {
      throw new KubeError(409, `remediationrequests.remediation.kubernaut.io "${name}" already exists`)
    }
    const stored = this.#store(key, object)
    await this.afterCreate()
    return structuredClone(stored)
  }

  async updateRemediationRequest(object: RemediationRequest): Promise<RemediationRequest> {
    await this.#enter('update')
    const { namespace = '', name, resourceVersion } = object.metadata
    const stored = this.#at(namespace, name)
    if (stored.metadata.resourceVersion !== resourceVersion) {
      throw new KubeError(409, 'the object has been modified')
    }
    return structuredClone(this.#store(`${namespace}/${name}`, { ...object, status: stored['status'] }))
  }

  async getNamespace(name: string): Promise<KubeObject> {
    await this.#enter('namespace')
    const labels = this.namespaces.get(name)
    if (labels === undefined) throw new KubeError(404, `namespaces "${name}" not found`)
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
  }

  async getConfigMap({ namespace, name }: NamedRef): Promise<KubeObject> {
    await this.#enter('configmap')
    if (this.overrides === undefined) throw new KubeError(404, `configmaps "${name}" not found`)
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: this.overrides }
  }

  /** What a controller does: the status subresource. */
  setPhase(ref: NamedRef, overallPhase: string): void {
    this.#store(`${ref.namespace}/${ref.name}`, {
      ...this.#at(ref.namespace, ref.name),
      status: { overallPhase },
    })
  }

  clear(): void {
    this.#objects.clear()
  }

  async #enter(call: KubeCall): Promise<void> {
    this.calls.push(call)
    await this.before(call)
  }

  #store(key: string, object: RemediationRequest): RemediationRequest {
    this.#version += 1
    const stored = structuredClone({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) },
    })
    this.#objects.set(key, stored)
    return stored
  }

  #at(namespace: string, name: string): RemediationRequest {
    const found = this.#objects.get(`${namespace}/${name}`)
    if (found === undefined) {
      throw new KubeError(404, `remediationrequests.remediation.kubernaut.io "${name}" not found`)
    }
    return found
  }
}
