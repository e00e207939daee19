import type { NodeContainer } from './nodes.ts'
import type { ClusterRecord } from './record.ts'

/** How a kind cluster stands, as far as its containers tell. */
export type Standing =
  | { readonly is: 'absent' }
  /** Somebody else made it. */
  | { readonly is: 'foreign' }
  | { readonly is: 'unsound'; readonly reason: string }
  | { readonly is: 'running' }

export interface Wanted {
  readonly shape: string
  /** Any will do unless given. */
  readonly nodeImage?: string
}

/** Compares the containers there are with what we remember of those we made. */
export function judge(
  nodes: readonly NodeContainer[],
  record: ClusterRecord | undefined,
  { shape, nodeImage }: Wanted,
): Standing {
  if (nodes.length === 0) return { is: 'absent' }
  if (record === undefined) return { is: 'foreign' }
  if (record.nodes.length === 0) return { is: 'unsound', reason: 'its making was cut short' }
  const known = nodes.filter(({ id }) => record.nodes.includes(id))
  if (known.length === 0) return { is: 'foreign' }
  const stopped = nodes.find(({ state }) => state !== 'running')
  if (stopped !== undefined)
    return { is: 'unsound', reason: `its node ${stopped.name} is ${stopped.state} and not running` }
  const gone = record.nodes.length - known.length
  if (gone > 0) return { is: 'unsound', reason: `${gone} of its ${record.nodes.length} nodes are gone` }
  if (record.shape !== shape)
    return { is: 'unsound', reason: 'kind/cluster.yaml is not what it was made from' }
  if (nodeImage !== undefined && nodeImage !== record.nodeImage)
    return { is: 'unsound', reason: `its nodes are not of the image ${nodeImage}` }
  return { is: 'running' }
}
