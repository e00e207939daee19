import { NAMESPACES } from '../cluster/resource-path.ts'
import type { KubeClient } from '../cluster/types.ts'
import { RUN_LABEL } from './namespaces.ts'

/** A namespace that a scenario made. */
export interface LeftNamespace {
  readonly name: string
  readonly run: string
  /** Unix milliseconds. */
  readonly made: number
}

export interface LeftQuery {
  /** Only of this run; it does not matter then how old they are. */
  readonly run?: string
  /** Unix milliseconds; what was made later may belong to a run that goes on. */
  readonly before: number
}

/** Namespaces that carry a run's label, the oldest first. Those that are going already are left out. */
export async function leftNamespaces(
  client: Pick<KubeClient, 'list'>,
  { run, before }: LeftQuery,
): Promise<readonly LeftNamespace[]> {
  const labelSelector = run === undefined ? RUN_LABEL : `${RUN_LABEL}=${run}`
  const { items } = await client.list(NAMESPACES, { labelSelector })
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata: { name, labels = {}, creationTimestamp = '' } }) => ({
      name,
      run: labels[RUN_LABEL] ?? '',
      made: Date.parse(creationTimestamp),
    }))
    .filter(({ made }) => run !== undefined || made < before)
    .sort((a, b) => a.made - b.made)
}
