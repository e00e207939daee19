import type { NodeContainer } from './nodes.ts'
import { nodesOf } from './nodes.ts'
import type { RecordFolder } from './record.ts'
import type { Tools } from './tools.ts'

export interface DownRequest {
  readonly name: string
  readonly record: RecordFolder
  readonly tools: Tools
  readonly signal: AbortSignal
}

export type Down = 'removed' | 'absent' | 'foreign'

/** Removes the cluster that gwscen made under that name, and what it remembers of it; leaves any other alone. */
export async function clusterDown({ name, record, tools, signal }: DownRequest): Promise<Down> {
  const [nodes, known] = await Promise.all([nodesOf(name, tools, signal), record.read()])
  if (nodes.length > 0 && !isOurs(nodes, known?.nodes)) return 'foreign'
  if (nodes.length > 0)
    await tools.run('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', record.kubeconfig], signal)
  await record.remove()
  return nodes.length === 0 ? 'absent' : 'removed'
}

/** One whose making was cut short has no ids yet, and there was none of that name when we began. */
function isOurs(nodes: readonly NodeContainer[], known: readonly string[] | undefined): boolean {
  if (known === undefined) return false
  return known.length === 0 || nodes.some(({ id }) => known.includes(id))
}
