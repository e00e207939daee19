import { isObject, valueAt } from '../base/json.ts'
import type { KubeClient, KubeObject, ResourceType } from './types.ts'

export const DEPLOYMENTS: ResourceType = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}

export const SERVICES: ResourceType = {
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  namespaced: true,
}

/** The Deployment whose pods a selector such as `app=gateway` finds; rejects with what there is instead. */
export async function deploymentOf(
  client: KubeClient,
  { namespace, labelSelector }: { readonly namespace: string; readonly labelSelector: string },
): Promise<KubeObject> {
  const { items } = await client.list(DEPLOYMENTS, { namespace })
  const found = items.find((one) =>
    selects(labelSelector, valueAt(one, ['spec', 'template', 'metadata', 'labels'])),
  )
  if (found !== undefined) return found
  const there = items.map(({ metadata: { name } }) => name).join(', ')
  throw new Error(
    `no Deployment in ${namespace} makes pods with ${labelSelector}: there is ${there || 'none'}`,
  )
}

/** Whether labels are as a selector of the form `a=b,c=d` wants them. */
export function selects(labelSelector: string, labels: unknown): boolean {
  return labelSelector.split(',').every((pair) => {
    const [key = '', value] = pair.split('=')
    return isObject(labels) && labels[key] === value
  })
}
