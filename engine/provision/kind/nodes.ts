import type { Tools } from './tools.ts'

/** A node of a kind cluster, as a container. */
export interface NodeContainer {
  readonly id: string
  readonly name: string
  readonly role: string
  /** `running`, `exited`, `created` … */
  readonly state: string
}

const CLUSTER_LABEL = 'io.x-k8s.kind.cluster'
const FORMAT = ['{{.ID}}', '{{.Names}}', '{{.Label "io.x-k8s.kind.role"}}', '{{.State}}'].join('\t')

/** What Docker is asked for the nodes of a kind cluster. */
export function nodesQuery(name: string): readonly string[] {
  const filter = `label=${CLUSTER_LABEL}=${name}`
  return ['ps', '--all', '--no-trunc', '--filter', filter, '--format', FORMAT]
}

/** The nodes of a kind cluster, also those that do not run. */
export async function nodesOf(
  name: string,
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly NodeContainer[]> {
  const text = await tools.run('docker', nodesQuery(name), signal)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', container = '', role = '', state = ''] = line.split('\t')
      return { id, name: container, role, state }
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** Nodes that pods without tolerations may run on. */
export function workersAmong(nodes: readonly NodeContainer[]): readonly NodeContainer[] {
  const workers = nodes.filter(({ role }) => role === 'worker')
  return workers.length === 0 ? nodes : workers
}
