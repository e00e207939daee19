import { valueAt } from '../base/json.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'

export const DEPLOYMENTS: ResourceType = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}

/** Whether what was asked for last is what runs, all of it. */
export function isReady(workload: KubeObject): boolean {
  const number = (...path: readonly string[]): number => {
    const value = valueAt(workload, path)
    return typeof value === 'number' ? value : 0
  }
  const wanted = number('spec', 'replicas')
  return (
    wanted > 0 &&
    number('status', 'observedGeneration') >= (workload.metadata.generation ?? 0) &&
    (['replicas', 'updatedReplicas', 'availableReplicas'] as const).every(
      (count) => number('status', count) === wanted,
    )
  )
}

/** Reasons of a waiting container that do not pass by themselves. */
const HOPELESS = [
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
]
/** A gateway whose Redis is a moment late ends once; one that goes on so is wrong. */
const RESTARTS_FORGIVEN = 3

export interface PodTrouble {
  readonly pod: string
  /** `ImagePullBackOff: no such image`. */
  readonly says: string
  /** It will not pass by itself. */
  readonly hopeless: boolean
}

/** What keeps a pod from being ready, in the words of its node. */
export function troubleOf(pod: KubeObject): PodTrouble | undefined {
  const name = pod.metadata.name
  const statuses = listAt(pod, 'status', 'containerStatuses')
  for (const status of statuses) {
    const reason = valueAt(status, ['state', 'waiting', 'reason'])
    if (typeof reason !== 'string' || reason === 'ContainerCreating') continue
    const message = valueAt(status, ['state', 'waiting', 'message'])
    const crashes =
      reason === 'CrashLoopBackOff' && Number(valueAt(status, ['restartCount'])) >= RESTARTS_FORGIVEN
    const says = typeof message === 'string' ? `${reason}: ${message}` : reason
    return { pod: name, says, hopeless: crashes || HOPELESS.includes(reason) }
  }
  const failing = [...listAt(pod, 'status', 'conditions')].find(
    (condition) => valueAt(condition, ['status']) === 'False' && valueAt(condition, ['message']),
  )
  if (failing === undefined) return undefined
  return { pod: name, says: String(valueAt(failing, ['message'])), hopeless: false }
}

function listAt(object: KubeObject, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(object, path)
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}
