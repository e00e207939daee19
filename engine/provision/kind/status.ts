import type { Clock } from '../../base/clock.ts'
import { describeError } from '../../base/failure.ts'
import { valueAt } from '../../base/json.ts'
import { createKubeClient } from '../../cluster/client.ts'
import { NAMESPACES } from '../../cluster/resource-path.ts'
import type { KubeObject } from '../../cluster/types.ts'
import { EXCLUSIVE_LABEL, PROFILE_LABEL } from '../../targets/labels.ts'
import { HASH_LABEL, MANAGED_SELECTOR } from '../labels.ts'
import { DEPLOYMENTS, isReady } from '../workload.ts'
import type { DownRequest } from './down.ts'
import { nodesOf, type NodeContainer } from './nodes.ts'
import type { ClusterRecord } from './record.ts'

export interface GatewayStatus {
  readonly namespace: string
  readonly profile: string
  readonly exclusive: boolean
  readonly ready: boolean
  readonly image: string
}

export interface ClusterStatus {
  readonly name: string
  /** Whether gwscen made it. */
  readonly ours: boolean
  readonly nodes: readonly Pick<NodeContainer, 'name' | 'role' | 'state'>[]
  readonly kubeconfig?: string
  readonly server?: string
  readonly gateways: readonly GatewayStatus[]
  /** Why more cannot be said. */
  readonly trouble?: string
}

const ANSWERS_WITHIN_MS = 5000

/** What there is of a cluster, without changing anything. */
export async function clusterStatus(
  request: DownRequest & { readonly clock: Clock },
): Promise<ClusterStatus> {
  const { name, record, tools, signal } = request
  const [nodes, known] = await Promise.all([nodesOf(name, tools, signal), record.read()])
  const shown = nodes.map(({ name: node, role, state }) => ({ name: node, role, state }))
  const ours = nodes.some(({ id }) => known?.nodes.includes(id) === true)
  const status = { name, ours, nodes: shown, gateways: [] }
  if (!ours || known?.connection === undefined) return status
  const where = { kubeconfig: record.kubeconfig, server: known.connection.server }
  try {
    return { ...status, ...where, gateways: await gatewaysOf(known, request) }
  } catch (error) {
    signal.throwIfAborted()
    return { ...status, ...where, trouble: `the API server does not answer: ${describeError(error)}` }
  }
}

async function gatewaysOf(
  { connection = { server: '' } }: ClusterRecord,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly GatewayStatus[]> {
  const client = createKubeClient(connection, {
    clock,
    retryMs: ANSWERS_WITHIN_MS,
    timeoutMs: ANSWERS_WITHIN_MS,
  })
  try {
    const options = { labelSelector: MANAGED_SELECTOR }
    const [namespaces, workloads] = await Promise.all([
      client.list(NAMESPACES, options, signal),
      client.list(DEPLOYMENTS, options, signal),
    ])
    const gateways = namespaces.items.filter(({ metadata }) => metadata.labels?.[PROFILE_LABEL] !== undefined)
    return gateways.map((namespace) => statusOf(namespace, workloads.items))
  } finally {
    client.close()
  }
}

function statusOf(
  { metadata: { name, labels = {} } }: KubeObject,
  all: readonly KubeObject[],
): GatewayStatus {
  const workloads = all.filter(({ metadata }) => metadata.namespace === name)
  const gateway = workloads.find(({ metadata }) => metadata.name === 'gateway')
  const image = valueAt(gateway, ['spec', 'template', 'spec', 'containers', 0, 'image'])
  return {
    namespace: name,
    profile: labels[PROFILE_LABEL] ?? '',
    exclusive: labels[EXCLUSIVE_LABEL] === 'true',
    ready: labels[HASH_LABEL] !== undefined && gateway !== undefined && workloads.every(isReady),
    image: typeof image === 'string' ? image : '',
  }
}
