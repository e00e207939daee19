import { writeFile } from 'node:fs/promises'
import type { NodeContainer } from '../kind/nodes.ts'
import { ToolFailed, type ToolName, type Tools } from '../kind/tools.ts'

/** docker and kind as they behave with one cluster, in memory. */
export class FakeTools implements Tools {
  readonly calls: string[] = []
  nodes: NodeContainer[] = []
  /** Images of this machine. */
  readonly local = new Set<string>()
  /** Images of each node, by their full names. */
  readonly onNodes = new Map<string, Set<string>>()
  /** What a call does instead. */
  instead: (call: string) => Promise<string> | undefined = () => undefined
  #made = 0
  readonly #server: string

  /** `server` is the address of the API server of every cluster it makes. */
  constructor(server: string) {
    this.#server = server
  }

  run(tool: ToolName, args: readonly string[], signal: AbortSignal): Promise<string> {
    const call = `${tool} ${args.join(' ')}`
    this.calls.push(call)
    signal.throwIfAborted()
    return this.instead(call) ?? this.#answer(args, call)
  }

  async #answer(args: readonly string[], call: string): Promise<string> {
    const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? ''
    if (call.startsWith('docker ps ')) return this.#list()
    if (call.startsWith('docker exec ')) return [...(this.onNodes.get(args[1] ?? '') ?? [])].join('\n')
    if (call.startsWith('docker image inspect ')) return this.#inspect(args.at(-1) ?? '')
    if (call.startsWith('docker build ')) return this.#build(after('--tag'))
    if (call.startsWith('kind create cluster ')) return this.#create(after('--name'), after('--kubeconfig'))
    if (call.startsWith('kind delete cluster ')) return this.#delete()
    if (call.startsWith('kind load docker-image ')) return ''
    return Promise.reject(new Error(`the fake does not know: ${call}`))
  }

  #list(): string {
    return this.nodes.map(({ id, name, role, state }) => `${[id, name, role, state].join('\t')}\n`).join('')
  }

  #inspect(image: string): Promise<string> {
    if (this.local.has(image)) return Promise.resolve('sha256:1')
    return Promise.reject(new ToolFailed('docker', ['image', 'inspect'], 'No such image'))
  }

  #build(tag: string): string {
    this.local.add(tag)
    return 'sha256:2'
  }

  async #create(cluster: string, kubeconfig: string): Promise<string> {
    this.#made += 1
    this.nodes = ['control-plane', 'worker'].map((role) => ({
      id: `${role}-${this.#made}`,
      name: `${cluster}-${role}`,
      role,
      state: 'running',
    }))
    await writeFile(kubeconfig, kubeconfigOf(this.#server))
    return ''
  }

  #delete(): string {
    this.nodes = []
    return ''
  }
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kind-t',
    clusters: [{ name: 'kind-t', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'kind-t', user: {} }],
    contexts: [{ name: 'kind-t', context: { cluster: 'kind-t', user: 'kind-t' } }],
  })
}

/** The lists that are asked of an API server, by path. */
export function listsAt(path: string, ready: boolean): unknown {
  const node = {
    metadata: { name: 't-worker', uid: '1', resourceVersion: '1' },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }
  const items = path.startsWith('/api/v1/nodes') ? [node] : []
  return { kind: 'List', metadata: { resourceVersion: '1' }, items }
}
