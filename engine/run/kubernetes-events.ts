import { valueAt } from '../base/json.ts'
import type { KubeClient, KubeObject, ResourceType } from '../cluster/types.ts'
import type { KubernetesEvent } from '../events/event.ts'

const EVENTS: ResourceType = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true }

/** What Kubernetes tells of the objects of a namespace since a Unix time in milliseconds, which it keeps in whole seconds. */
export async function kubernetesEvents(
  client: KubeClient,
  { namespace, since }: { readonly namespace: string; readonly since: number },
  signal: AbortSignal,
): Promise<readonly KubernetesEvent[]> {
  const { items } = await client.list(EVENTS, { namespace }, signal)
  return items.map(eventOf).filter(({ wall }) => wall === undefined || wall >= since - 1000)
}

function eventOf(object: KubeObject): KubernetesEvent {
  const text = (...path: readonly string[]): string => {
    const value = valueAt(object, path)
    return typeof value === 'string' ? value : ''
  }
  const count = valueAt(object, ['count']) ?? valueAt(object, ['series', 'count'])
  const stamps = [
    text('lastTimestamp'),
    text('series', 'lastObservedTime'),
    text('eventTime'),
    text('firstTimestamp'),
  ]
  const wall = Date.parse(
    [...stamps, object.metadata.creationTimestamp ?? ''].find((stamp) => stamp !== '') ?? '',
  )
  return {
    kind: text('type') === 'Warning' ? 'Warning' : 'Normal',
    reason: text('reason'),
    namespace: object.metadata.namespace ?? '',
    object: `${text('involvedObject', 'kind')}/${text('involvedObject', 'name')}`,
    message: text('message'),
    count: typeof count === 'number' ? count : 1,
    ...(Number.isNaN(wall) ? {} : { wall }),
  }
}
