import { readFileSync } from 'node:fs'
import { valueAt, type Json } from '../../base/json.ts'
import { ApiError } from '../../cluster/api-error.ts'
import { NAMESPACES, PODS } from '../../cluster/resource-path.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import { parsePlain } from '../../document/plain.ts'
import { builtInDescription } from '../../gateway/index.ts'
import { MemoryCluster } from '../../steps/testing/memory-cluster.ts'
import { deploymentsFor } from '../../targets/deployments.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import type { Deployed, DeployRequest } from '../deploy.ts'
import { Phases } from '../phases.ts'
import { DEPLOYMENTS } from '../workload.ts'

const core = (kind: string, plural: string): ResourceType => ({
  group: '',
  version: 'v1',
  plural,
  kind,
  namespaced: true,
})
const rbac = (kind: string, plural: string): ResourceType => ({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural,
  kind,
  namespaced: false,
})
const DEFINITIONS: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}
const CONFIG_MAPS = core('ConfigMap', 'configmaps')

const manifest = new URL('../../../kind/manifests/remediationrequests.yaml', import.meta.url)
const crds = parsePlain(readFileSync(manifest, 'utf8')) as readonly Json[]

/** A cluster in memory whose controllers do what a test lets them, and a request to deploy into it. */
export class Stage {
  readonly clock = new ManualClock()
  readonly cluster = new MemoryCluster(this.clock)
  /** Whether a workload gets ready; called for each new generation. */
  comesUp: (workload: KubeObject) => boolean = () => true
  imagesBrought = 0

  constructor() {
    const { cluster } = this
    cluster.types.push(
      NAMESPACES,
      PODS,
      DEPLOYMENTS,
      DEFINITIONS,
      CONFIG_MAPS,
      core('Service', 'services'),
      core('ServiceAccount', 'serviceaccounts'),
      rbac('ClusterRole', 'clusterroles'),
      rbac('ClusterRoleBinding', 'clusterrolebindings'),
    )
    cluster.before = (call, what) => {
      if (call === 'create' && this.exists(what)) return Promise.reject(alreadyExists(what))
      return Promise.resolve()
    }
    cluster.open(DEFINITIONS).subscribe(({ object }) => this.#establish(object))
    cluster.open(DEPLOYMENTS).subscribe(({ object }) => this.#control(object))
  }

  /** `plural/namespace/name`. */
  exists(what: string): boolean {
    const [plural = '', namespace = '', name = ''] = what.split('/')
    const type = this.cluster.types.find((one) => one.plural === plural)
    if (type === undefined) return false
    return this.cluster
      .open(type)
      .current()
      .some(({ metadata }) => (metadata.namespace ?? '') === namespace && metadata.name === name)
  }

  object(type: ResourceType, name: string, namespace?: string): KubeObject | undefined {
    return this.cluster
      .open(type)
      .current(namespace)
      .find(({ metadata }) => metadata.name === name)
  }

  request(changes: Partial<DeployRequest> = {}): DeployRequest {
    const configurations = { dedup: { processing: {} }, brief: { processing: {} } }
    return {
      client: this.cluster,
      hub: this.cluster,
      clock: this.clock,
      deployments: deploymentsFor({
        wanted: { profiles: ['brief', 'dedup'], exclusive: { dedup: 1 } },
        configurations,
        version: 'documented',
      }),
      images: { gateway: 'gwscen/gateway:1', redis: 'redis:7' },
      description: builtInDescription,
      crds,
      policy: 'package policy',
      phases: new Phases(this.clock),
      signal: new AbortController().signal,
      bringImages: () => {
        this.imagesBrought += 1
        return Promise.resolve('1 loaded')
      },
      ...changes,
    }
  }

  /** A pod as a node describes it that cannot run it. */
  stuckPod(namespace: string, app: string, reason: string, restartCount = 0): void {
    this.cluster.put(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: `${app}-abc`, labels: { app } },
      status: {
        containerStatuses: [{ restartCount, state: { waiting: { reason, message: 'as the node says' } } }],
      },
    })
  }

  readyAll(): void {
    this.comesUp = () => true
    for (const workload of this.cluster.open(DEPLOYMENTS).current()) this.#control(workload)
  }

  #establish(definition: KubeObject): void {
    if (definition['status'] !== undefined) return
    const status = { conditions: [{ type: 'Established', status: 'True' }] }
    this.cluster.put(DEFINITIONS, { ...definition, status })
  }

  #control(workload: KubeObject): void {
    const { generation = 0 } = workload.metadata
    const specified = JSON.stringify(workload['spec'])
    const known = valueAt(workload, ['status', 'specified']) === specified
    const isUp = valueAt(workload, ['status', 'availableReplicas']) === 1
    if (known && (isUp || !this.comesUp(workload))) return
    const next = known ? generation : generation + 1
    const ready = this.comesUp(workload)
    const count = ready ? 1 : 0
    this.cluster.put(DEPLOYMENTS, {
      ...workload,
      metadata: { ...workload.metadata, generation: next },
      status: {
        specified,
        observedGeneration: next,
        replicas: 1,
        updatedReplicas: 1,
        availableReplicas: count,
      },
    })
  }
}

export function names({ made, reused }: Deployed): string {
  return `made ${made.join(' ')}; reused ${reused.join(' ')}`
}

function alreadyExists(what: string): ApiError {
  return new ApiError({ doing: what, status: 409, reason: 'AlreadyExists', explanation: '', body: '' })
}
