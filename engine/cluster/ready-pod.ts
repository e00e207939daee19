import { isObject, valueAt } from '../base/json.ts'
import { ForwardError } from './forward-error.ts'
import { PODS } from './resource-path.ts'
import type { KubeClient, KubeObject } from './types.ts'

/** Which pod, and which life of it: a restart in place keeps the uid and raises `restarts`. */
export interface PodIdentity {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Of all its containers together. */
  readonly restarts: number
}

export interface PodQuery {
  readonly namespace: string
  readonly labelSelector: string
}

/** The newest ready pod behind a selector; rejects with `ForwardError`, naming the pods there are, when none is ready. */
export async function readyPod(
  client: KubeClient,
  { namespace, labelSelector }: PodQuery,
  signal?: AbortSignal,
): Promise<PodIdentity> {
  const { items } = await client.list(PODS, { namespace, labelSelector }, signal)
  const ready = items.filter(isReady).sort(newestFirst)[0]
  if (ready !== undefined) return identityOf(ready, namespace)
  const seen = items.map((pod) => `${pod.metadata.name} ${stateOf(pod)}`).join(', ')
  const there = seen === '' ? 'there is none' : `there is ${seen}`
  throw new ForwardError(`no ready pod for ${labelSelector} in ${namespace}: ${there}`)
}

function identityOf(pod: KubeObject, namespace: string): PodIdentity {
  const statuses = valueAt(pod, ['status', 'containerStatuses'])
  const counts = Array.isArray(statuses)
    ? statuses.map((status) => Number(valueAt(status, ['restartCount']) ?? 0))
    : []
  return {
    namespace: pod.metadata.namespace ?? namespace,
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? '',
    restarts: counts.reduce((sum, count) => sum + count, 0),
  }
}

function isReady(pod: KubeObject): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false
  const conditions = valueAt(pod, ['status', 'conditions'])
  return (
    Array.isArray(conditions) &&
    conditions.some((one) => isObject(one) && one['type'] === 'Ready' && one['status'] === 'True')
  )
}

function stateOf(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'terminating'
  const phase = valueAt(pod, ['status', 'phase'])
  if (typeof phase !== 'string') return 'in an unknown phase'
  return phase === 'Running' ? 'running but not ready' : phase.toLowerCase()
}

function newestFirst(a: KubeObject, b: KubeObject): number {
  const [first, second] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '']
  return second.localeCompare(first) || a.metadata.name.localeCompare(b.metadata.name)
}
