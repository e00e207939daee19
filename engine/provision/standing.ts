import { NAMESPACES } from '../cluster/resource-path.ts'
import type { DeployRequest } from './deploy.ts'
import { HASH_LABEL, MANAGED_SELECTOR } from './labels.ts'
import type { Manifests } from './manifests.ts'
import { DEPLOYMENTS, isReady } from './workload.ts'

/** Hash of a deployment → how it stands; absent: it has to be made. */
export type Standing = ReadonlyMap<string, 'ready' | 'unready'>

/** What of the wanted is there already, by two lists. */
export async function standing(
  { client, signal }: Pick<DeployRequest, 'client' | 'signal'>,
  wanted: readonly Manifests[],
): Promise<Standing> {
  const options = { labelSelector: MANAGED_SELECTOR }
  const [namespaces, workloads] = await Promise.all([
    client.list(NAMESPACES, options, signal),
    client.list(DEPLOYMENTS, options, signal),
  ])
  const found = new Map<string, 'ready' | 'unready'>()
  for (const { deployment, hash, redis, gateway } of wanted) {
    const namespace = namespaces.items.find(({ metadata }) => metadata.name === deployment.namespace)
    if (namespace?.metadata.labels?.[HASH_LABEL] !== hash) continue
    if (namespace.metadata.deletionTimestamp !== undefined) continue
    const names = [...redis, ...gateway]
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ metadata }) => metadata.name)
    const there = workloads.items.filter(
      ({ metadata }) => metadata.namespace === deployment.namespace && names.includes(metadata.name),
    )
    if (there.length === names.length) found.set(hash, there.every(isReady) ? 'ready' : 'unready')
  }
  return found
}
